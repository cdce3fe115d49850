package dev.signalbox.net.tls;

import dev.signalbox.config.ConfigNode;
import dev.signalbox.config.InvalidValue;
import dev.signalbox.config.ObjectShape;
import dev.signalbox.config.Reading;
import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * TLS on a listener, as it is configured.
 *
 * @param certificates at least one; the first is the default
 * @param strictSni whether a client must ask for a name that a certificate covers, and keep to it
 * @param clients whether clients must prove who they are
 * @param handshakeTimeout from the connection's first moment to the end of its handshake
 * @param watch how often files are looked at; zero for never
 * @param keyLog where the secrets of all connections are written, or null
 */
public record TlsConfig(
    List<Files> certificates,
    TlsPolicy policy,
    boolean strictSni,
    ClientAuthConfig clients,
    Duration handshakeTimeout,
    TicketsConfig tickets,
    OcspMode ocsp,
    Duration watch,
    @Nullable Path keyLog) {
  /** A certificate chain and its private key, both PEM. */
  public record Files(Path cert, Path key) {}

  /** Whether clients are shown that a certificate has not been revoked. */
  public enum OcspMode {
    OFF,
    STAPLE
  }

  /**
   * @param isDefault whether it is shown to clients that ask for no name that is covered
   */
  private record Entry(Files files, boolean isDefault) {}

  private static final Shape<Entry> ENTRY =
      ObjectShape.of(
              "A certificate and its key.",
              keys -> {
                ObjectShape.Build<Files> files = files(keys);
                var isDefault =
                    keys.optional(
                        "default",
                        Shapes.bool(),
                        "false",
                        "Whether it is shown to clients that ask for no name, or for one that no"
                            + " certificate covers. Where none is, the first one is.");
                return values -> {
                  Files read = files.build(values);
                  return read == null ? null : new Entry(read, values.get(isDefault));
                };
              })
          .checked(
              (entry, node, reading) -> isFine(TlsCertificate::load, entry.files(), node, reading));

  /** What a client shows, which need name no host. */
  static final Shape<Files> CLIENT_FILES =
      ObjectShape.of("A certificate and its key.", TlsConfig::files)
          .checked((files, node, reading) ->
              isFine(TlsCertificate::loadForClient, files, node, reading));

  private static ObjectShape.Build<Files> files(ObjectShape.Keys keys) {
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
            "A PEM file with the certificate's private key, not encrypted: ECDSA or RSA.");
    return values -> new Files(values.get(cert), values.get(key));
  }

  private static final Shape<List<Files>> CERTIFICATES =
      TlsPolicy.some(Shapes.list(ENTRY))
          .checked(TlsConfig::haveOneDefault)
          .map(TlsConfig::defaultFirst);

  public static final Shape<TlsConfig> SHAPE =
      ObjectShape.of(
              "TLS: what the listener shows its clients, and what it speaks.",
              keys -> {
                var certificates =
                    keys.required(
                        "certificates",
                        CERTIFICATES,
                        "What clients are shown: by the name that they ask for (SNI), an exact one"
                            + " before a wildcard; the default where they ask for none. Several for"
                            + " one name may differ in their kind of key; ECDSA goes before RSA.");
                var policy = TlsPolicy.keys(keys);
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
                var tickets =
                    keys.optional(
                        "session-tickets",
                        TicketsConfig.SHAPE,
                        "{}",
                        "Session tickets: clients that come back skip half of the handshake.");
                var ocsp =
                    keys.optional(
                        "ocsp",
                        Shapes.choice(OcspMode.values()),
                        "off",
                        "staple: ask the authority's responder that the certificate names, and show"
                            + " clients its answer that it is not revoked.");
                var watch =
                    keys.optional(
                        "watch",
                        Shapes.durationOrZero(),
                        "2s",
                        "How often the files of certificates, keys, ca and crl are looked at; what"
                            + " has changed and is right takes effect. 0s for never.");
                var keyLog =
                    keys.optional(
                        "key-log",
                        Shapes.file("the path of a file to write", TlsConfig::mayBeWritten),
                        "Writes the secrets of all connections to this file, so that tools like"
                            + " Wireshark read everything. For finding faults, never for service.");
                return values -> {
                  ClientAuthConfig clientAuth = clients.apply(values);
                  if (clientAuth == null) {
                    return null;
                  }
                  return new TlsConfig(
                      values.get(certificates),
                      policy.apply(values),
                      values.get(strictSni),
                      clientAuth,
                      values.get(handshake),
                      values.get(tickets),
                      values.get(ocsp),
                      values.get(watch),
                      values.find(keyLog));
                };
              })
          .checked((tls, node, reading) -> tls.policy.isNoContradiction(node, reading));

  public TlsConfig {
    certificates = List.copyOf(certificates);
  }

  private static List<Files> defaultFirst(List<Entry> entries) {
    return entries.stream()
        .sorted(Comparator.comparing(entry -> !entry.isDefault()))
        .map(Entry::files)
        .toList();
  }

  private static boolean haveOneDefault(List<Entry> entries, ConfigNode node, Reading reading) {
    boolean isFine = entries.stream().filter(Entry::isDefault).count() <= 1;
    if (!isFine) {
      reading.report(node.at(), node.label("several with default: true"), "one at most");
    }
    return isFine;
  }

  private static void mayBeWritten(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !java.nio.file.Files.isDirectory(folder)) {
      throw new InvalidValue(file.toString(), "is in no directory", "a file in one that exists");
    }
    if (java.nio.file.Files.isDirectory(file)) {
      throw new InvalidValue(file.toString(), "is a directory", "a file");
    }
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
}
