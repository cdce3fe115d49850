package dev.signalbox.route;

import dev.signalbox.config.ObjectShape;
import dev.signalbox.config.ObjectShape.Keys;
import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;
import java.util.ArrayList;
import java.util.List;

/**
 * The client has proved by a certificate who it is, and this part of the certificate passes; of
 * several names it is enough that one does. Allocates.
 */
public record ClientCertIs(Part part, TextTest test) implements Match.Detail {
  /** What is asked for. */
  public enum Part {
    /** That there is one. */
    CERTIFICATE,
    SUBJECT,
    SAN,
    FINGERPRINT
  }

  private static final Shape<String> FINGERPRINT =
      Shapes.value(
          "fingerprint",
          "^([0-9A-Fa-f]{2}:?){32}$",
          List.of("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
          ClientCert::fingerprint);

  private static final Shape<Match> SHAPE =
      ObjectShape.of(
              "What the client's certificate must be; with several of these, all must hold.",
              keys -> {
                var present =
                    keys.optional(
                        "present",
                        Shapes.bool().only(is -> is, "true; the opposite is absent: true"),
                        "The client has proved by a certificate who it is.");
                var absent =
                    keys.optional(
                        "absent",
                        Shapes.bool().only(is -> is, "true; the opposite is present: true"),
                        "It has none.");
                var subject =
                    keys.optional(
                        "subject",
                        TextTestText.SHAPE,
                        "Its subject, as RFC 4514 writes it: CN=box,O=Shop.");
                var san =
                    keys.optional(
                        "san",
                        TextTestText.SHAPE,
                        "One of its subject alternative names: a DNS name in lower case, an"
                            + " address, an e-mail address or a URI.");
                var fingerprint =
                    keys.optional(
                        "fingerprint",
                        ConditionKeys.some(FINGERPRINT),
                        "SHA-256 of the whole certificate in hexadecimal, or one of these.");
                return values -> {
                  boolean hasOther = values.hasAny(present, subject, san, fingerprint);
                  if (values.has(absent)) {
                    if (hasOther) {
                      values.report(absent, "with other conditions on it", "alone");
                      return null;
                    }
                    return new Match.Not(there());
                  }
                  var all = new ArrayList<Match>();
                  var wantedSubject = values.find(subject);
                  var wantedName = values.find(san);
                  var wantedPrints = values.find(fingerprint);
                  if (wantedSubject != null) {
                    all.add(in(Part.SUBJECT, wantedSubject));
                  }
                  if (wantedName != null) {
                    all.add(in(Part.SAN, wantedName));
                  }
                  if (wantedPrints != null) {
                    all.add(
                        new ClientCertIs(
                            Part.FINGERPRINT,
                            wantedPrints.size() == 1
                                ? new TextTest.Is(wantedPrints.getFirst(), false)
                                : new TextTest.OneOf(wantedPrints, false)));
                  }
                  return all.isEmpty() ? there() : Match.allOf(all);
                };
              })
          .checked(ConditionKeys::isNotEmpty);

  static ConditionKeys.Read read(Keys keys) {
    var key =
        keys.optional(
            "client-cert",
            SHAPE,
            "The certificate by which the client has proved who it is; its listener must ask for"
                + " one.");
    return ConditionKeys.one(key, match -> match);
  }

  private static ClientCertIs there() {
    return new ClientCertIs(Part.CERTIFICATE, new TextTest.Present());
  }

  /** Who has no certificate has no certificate without names, either. */
  private static Match in(Part part, TextTestText.Wanted wanted) {
    var there = new ClientCertIs(part, wanted.test());
    return wanted.isAbsent() ? new Match.All(List.of(there(), new Match.Not(there))) : there;
  }

  @Override
  public boolean matches(RouteRequest request) {
    ClientCert cert = request.clientCert();
    if (cert == null) {
      return false;
    }
    return switch (part) {
      case CERTIFICATE -> true;
      case SUBJECT -> holds(cert.subject());
      case SAN -> cert.names().stream().anyMatch(this::holds);
      case FINGERPRINT -> holds(cert.fingerprint());
    };
  }

  private boolean holds(String text) {
    return test instanceof TextTest.Present || test.holds(text);
  }

  @Override
  public String subject() {
    return switch (part) {
      case CERTIFICATE -> "client-cert";
      case SUBJECT -> "client-cert subject";
      case SAN -> "client-cert san";
      case FINGERPRINT -> "client-cert fingerprint";
    };
  }

  @Override
  public String wanted() {
    return test.toString();
  }

  @Override
  public String actual(RouteRequest request) {
    ClientCert cert = request.clientCert();
    if (cert == null) {
      return "";
    }
    return switch (part) {
      case CERTIFICATE, SUBJECT -> cert.subject().isEmpty() ? "\"\"" : cert.subject();
      case SAN -> String.join(", ", cert.names());
      case FINGERPRINT -> cert.fingerprint();
    };
  }

  @Override
  public String toString() {
    return subject() + " " + wanted();
  }
}
