package dev.signalbox.net;

import dev.signalbox.config.ConfigNode;
import dev.signalbox.config.ObjectShape;
import dev.signalbox.config.Reading;
import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * TLS on a listener, as it is configured.
 *
 * @param certificates at least one; the first is the default
 * @param minVersion the oldest version that is spoken
 * @param strictSni whether a client must ask for a name that a certificate covers, and keep to it
 * @param clients whether clients must prove who they are
 * @param handshakeTimeout from the connection's first moment to the end of its handshake
 */
public record TlsConfig(
    List<Files> certificates,
    TlsVersion minVersion,
    TlsProfile profile,
    boolean strictSni,
    ClientAuthConfig clients,
    Duration handshakeTimeout) {
  /** A certificate chain and its private key, both PEM. */
  public record Files(Path cert, Path key) {}

  private static final String VERSIONS = "1.2 or 1.3"; // numbers to YAML, and so to editors

  private static final Shape<Files> FILES = files().checked(TlsConfig::belongTogether);

  /** What a client shows, which need name no host. */
  static final Shape<Files> CLIENT_FILES = files().checked(TlsConfig::belongTogetherForClient);

  private static Shape<Files> files() {
    return ObjectShape.of(
        "A certificate and its key.",
        keys -> {
          var cert =
              keys.required(
                  "cert",
                  Shapes.file("the path of a PEM file", PemFile::check),
                  "A PEM file: the certificate first, then what leads to the root, which may"
                      + " be left out. A relative path begins at the directory of this"
                      + " file.");
          var key =
              keys.required(
                  "key",
                  Shapes.file("the path of a PEM file", PemFile::check),
                  "A PEM file with the certificate's private key, not encrypted: ECDSA or"
                      + " RSA.");
          return values -> new Files(values.get(cert), values.get(key));
        });
  }

  public static final Shape<TlsConfig> SHAPE =
      ObjectShape.of(
              "TLS: what the listener shows its clients, and what it speaks.",
              keys -> {
                var certificates =
                    keys.required(
                        "certificates",
                        Shapes.list(FILES).checked(TlsConfig::areSome),
                        "What clients are shown: by the name that they ask for (SNI), an exact one"
                            + " before a wildcard; the first where they ask for none. Several for one"
                            + " name may differ in their kind of key; ECDSA goes before RSA.");
                var profile =
                    keys.optional(
                        "profile",
                        Shapes.choice(TlsProfile.values()),
                        "intermediate",
                        "Versions and ciphers as Mozilla names them: modern is TLS 1.3 alone,"
                            + " intermediate TLS 1.2 and 1.3.");
                var minVersion =
                    keys.optional(
                        "min-version",
                        Shapes.text(VERSIONS)
                            .only(number -> TlsVersion.of(number) != null, VERSIONS)
                            .map(number -> Objects.requireNonNull(TlsVersion.of(number))),
                        "The oldest version that is spoken; what the profile says where it is left"
                            + " out.");
                var strictSni =
                    keys.optional(
                        "strict-sni",
                        Shapes.bool(),
                        "false",
                        "Whether clients must ask for a name that a certificate covers; others get no"
                            + " handshake, and requests for hosts that the certificate does not cover"
                            + " are answered with 421.");
                var clients = ClientAuthConfig.keys(keys);
                var handshake =
                    keys.optional(
                        "handshake-timeout",
                        Shapes.duration(),
                        "10s",
                        "How long a client may take from its connection to the end of the handshake.");
                return values -> {
                  TlsProfile chosen = values.get(profile);
                  TlsVersion least = values.find(minVersion);
                  ClientAuthConfig clientAuth = clients.apply(values);
                  if (clientAuth == null) {
                    return null;
                  }
                  return new TlsConfig(
                      values.get(certificates),
                      least == null || least.compareTo(chosen.leastVersion()) < 0
                          ? chosen.leastVersion()
                          : least,
                      chosen,
                      values.get(strictSni),
                      clientAuth,
                      values.get(handshake));
                };
              })
          .checked(TlsConfig::isNoContradiction);

  public TlsConfig {
    certificates = List.copyOf(certificates);
  }

  private static boolean areSome(List<Files> files, ConfigNode node, Reading reading) {
    boolean isEmpty = node instanceof ConfigNode.Items list && list.items().isEmpty();
    if (isEmpty) {
      reading.report(node.at(), node.label("none"), "at least one");
    }
    return !isEmpty;
  }

  private static boolean belongTogether(Files files, ConfigNode node, Reading reading) {
    return isFine(TlsCertificate::load, files, node, reading);
  }

  private static boolean belongTogetherForClient(Files files, ConfigNode node, Reading reading) {
    return isFine(TlsCertificate::loadForClient, files, node, reading);
  }

  private interface Load {
    TlsCertificate load(Files files, Instant now) throws BadCertificate;
  }

  private static boolean isFine(Load load, Files files, ConfigNode node, Reading reading) {
    try {
      load.load(files, Instant.now());
      return true;
    } catch (BadCertificate e) {
      var at = node.find(e.isKey() ? "key" : "cert");
      reading.report(at.at(), at.label(e.why()), e.expected());
      return false;
    }
  }

  private static boolean isNoContradiction(TlsConfig config, ConfigNode node, Reading reading) {
    if (node.find("min-version") instanceof ConfigNode.Text text
        && text.text().equals("1.2")
        && config.minVersion() == TlsVersion.TLS_1_3) {
      reading.report(
          text.at(), text.label("1.2 with the profile modern"), "1.3, or profile: intermediate");
      return false;
    }
    return true;
  }
}
