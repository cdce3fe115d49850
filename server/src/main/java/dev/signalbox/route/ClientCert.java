package dev.signalbox.route;

import dev.signalbox.config.InvalidValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What routes may ask of the certificate by which a client has proved who it is. Immutable.
 *
 * @param subject as RFC 4514 writes it: {@code CN=box,O=Shop}
 * @param names its subject alternative names: DNS names in lower case, addresses, e-mail addresses
 *     and URIs
 * @param fingerprint SHA-256 of the whole certificate, in lower-case hexadecimal; empty where that
 *     is not said
 */
public record ClientCert(String subject, List<String> names, String fingerprint) {
  private static final String EXPECTED =
      "like \"subject=CN=box,O=Shop; san=box.example.com; fingerprint=…\"";

  public ClientCert {
    names = List.copyOf(names);
  }

  /** One of which nothing is said. */
  static ClientCert any() {
    return new ClientCert("", List.of(), "");
  }

  /** The same with another part. */
  ClientCert with(ClientCertIs.Part part, String text) {
    return switch (part) {
      case CERTIFICATE -> this;
      case SUBJECT -> new ClientCert(text, names, fingerprint);
      case SAN -> {
        var more = new ArrayList<>(names);
        more.add(text);
        yield new ClientCert(subject, more, fingerprint);
      }
      case FINGERPRINT -> new ClientCert(subject, names, text);
    };
  }

  /**
   * As it stands on a command line: {@code subject=CN=box; san=box.example}, where a backslash
   * keeps a semicolon or a backslash from being one.
   *
   * @throws InvalidValue if it is none
   */
  public static ClientCert parse(String text) {
    var cert = any();
    for (var part : parts(text)) {
      int equals = part.indexOf('=');
      var value = part.substring(equals + 1).strip();
      cert =
          switch (part.substring(0, Math.max(0, equals)).strip()) {
            case "subject" -> cert.with(ClientCertIs.Part.SUBJECT, value);
            case "san" -> cert.with(ClientCertIs.Part.SAN, value);
            case "fingerprint" -> cert.with(ClientCertIs.Part.FINGERPRINT, fingerprint(value));
            default -> throw new InvalidValue(text, "says \"" + part.strip() + "\"", EXPECTED);
          };
    }
    return cert;
  }

  private static List<String> parts(String text) {
    var parts = new ArrayList<String>();
    var part = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && i + 1 < text.length()) {
        part.append(text.charAt(++i));
      } else if (c == ';') {
        parts.add(part.toString());
        part.setLength(0);
      } else {
        part.append(c);
      }
    }
    parts.add(part.toString());
    return parts;
  }

  /**
   * In the form in which it is compared: lower case, without colons.
   *
   * @throws InvalidValue if it is no SHA-256
   */
  static String fingerprint(String text) {
    var plain = text.replace(":", "").toLowerCase(Locale.ROOT);
    if (!plain.matches("[0-9a-f]{64}")) {
      throw new InvalidValue(
          text,
          "is no SHA-256 in hexadecimal",
          "64 digits, as from: openssl x509 -noout -fingerprint -sha256 -in CERT");
    }
    return plain;
  }

  /** What {@link #parse} reads. */
  @Override
  public String toString() {
    var text = new StringBuilder("subject=").append(escaped(subject));
    names.forEach(name -> text.append("; san=").append(escaped(name)));
    if (!fingerprint.isEmpty()) {
      text.append("; fingerprint=").append(fingerprint);
    }
    return text.toString();
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace(";", "\\;");
  }
}
