package dev.signalbox.net.tls;

import dev.signalbox.config.ConfigNode;
import dev.signalbox.config.Definitions;
import dev.signalbox.config.InvalidValue;
import dev.signalbox.config.ObjectShape;
import dev.signalbox.config.Reading;
import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;
import io.netty.util.NetUtil;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * TLS towards endpoints, as it is configured.
 *
 * @param ca the authorities that are believed; null for the system's
 * @param serverName what endpoints are asked for and must prove to be; null for each one's host
 * @param pins SHA-256 of the public keys that endpoints may have, in Base64; empty for any
 * @param verify whether chain and name are checked
 * @param certificate what endpoints are shown that ask; null for nothing
 * @param minVersion the oldest version that is spoken
 * @param watch how often files are looked at; zero for never
 */
public record TlsClientConfig(
    @Nullable Path ca,
    @Nullable String serverName,
    List<String> pins,
    boolean verify,
    TlsConfig.@Nullable Files certificate,
    TlsVersion minVersion,
    Duration watch) {
  private static final String PIN_PREFIX = "sha256/";
  private static final int PIN_BYTES = 32;
  private static final Pattern NAME =
      Pattern.compile("[a-z0-9_]([a-z0-9_-]{0,62})(\\.[a-z0-9_][a-z0-9_-]{0,62})*");
  private static final String VERSIONS = "1.2 or 1.3";
  private static final String CA = "the path of a PEM file, or system";

  /** What {@code tls: true} stands for. */
  private static final TlsClientConfig USUAL =
      new TlsClientConfig(
          null, null, List.of(), true, null, TlsVersion.TLS_1_2, Duration.ofSeconds(2));

  private static final Shape<String> PIN =
      Shapes.value(
          "pin",
          "^(sha256/)?[A-Za-z0-9+/]{43}=$",
          List.of("lVNfAs+DfFTKDZfzyhGpArxEBSNzeEXoIZvDkEtTbHM="),
          TlsClientConfig::pin);

  private static final Shape<String> SERVER_NAME =
      Shapes.text("a host name")
          .map(name -> name.toLowerCase(Locale.ROOT))
          .only(TlsClientConfig::isName, "a host name or an address, without a port");

  private static final Shape<Ca> CA_FILE =
      Shapes.file(CA, PemFile::check).checked(TlsClientConfig::areAuthorities).map(Ca::new);

  /** Whom to believe; null for the system's. */
  private record Ca(@Nullable Path file) {}

  /** A file, or the word {@code system}. */
  private record CaShape(Shape<Ca> file) implements Shape<Ca> {
    @Override
    public @Nullable Ca read(ConfigNode node, Reading reading) {
      boolean isSystem = node instanceof ConfigNode.Text text && text.text().equals("system");
      return isSystem ? new Ca(null) : file.read(node, reading);
    }

    @Override
    public Map<String, Object> schema(Definitions definitions) {
      return file.schema(definitions);
    }

    @Override
    public String expected() {
      return CA;
    }
  }

  private static final Shape<TlsClientConfig> OBJECT =
      ObjectShape.of(
              "TLS towards the endpoints: whom to believe, and what to show.",
              keys -> {
                var ca =
                    keys.optional(
                        "ca",
                        new CaShape(CA_FILE),
                        "system",
                        "The authorities that may vouch for endpoints: a PEM file with their"
                            + " certificates, or system for those that this machine trusts. An"
                            + " endpoint's self-signed certificate may stand there as well.");
                var serverName =
                    keys.optional(
                        "server-name",
                        SERVER_NAME,
                        "The name that endpoints are asked for (SNI) and that their certificates"
                            + " must cover; each endpoint's own host where it is left out.");
                var pins =
                    keys.optional(
                        "pin",
                        Shapes.oneOrMore(PIN),
                        "[]",
                        "The keys that endpoints may have, each as the SHA-256 of the public key"
                            + " in Base64; any where it is left out.");
                var verify =
                    keys.optional(
                        "verify",
                        Shapes.bool(),
                        "true",
                        "Whether the endpoint's certificate is checked: who issued it, its time and"
                            + " its name. Without, and without a pin, anybody in between can read"
                            + " and change everything.");
                var certificate =
                    keys.optional(
                        "certificate",
                        TlsConfig.CLIENT_FILES,
                        "What is shown to endpoints that ask for a certificate.");
                var minVersion =
                    keys.optional(
                        "min-version",
                        Shapes.text(VERSIONS)
                            .only(number -> TlsVersion.of(number) != null, VERSIONS)
                            .map(number -> Objects.requireNonNull(TlsVersion.of(number))),
                        "1.2",
                        "The oldest version that is spoken.");
                var watch =
                    keys.optional(
                        "watch",
                        Shapes.durationOrZero(),
                        "2s",
                        "How often the files of ca and certificate are looked at; what has changed"
                            + " and is right takes effect. 0s for never.");
                return values ->
                    new TlsClientConfig(
                        values.get(ca).file(),
                        values.find(serverName),
                        values.get(pins),
                        values.get(verify),
                        values.find(certificate),
                        values.get(minVersion),
                        values.get(watch));
              })
          .checked(TlsClientConfig::isNoContradiction);

  /** Nothing where it says {@code false}; what is usual where it says {@code true}. */
  public static final Shape<Optional<TlsClientConfig>> SHAPE =
      Shapes.either(
          Shapes.bool().map(isWanted -> isWanted ? Optional.of(USUAL) : Optional.empty()),
          OBJECT.map(Optional::of));

  public TlsClientConfig {
    pins = List.copyOf(pins);
  }

  private static String pin(String text) {
    String base64 = text.startsWith(PIN_PREFIX) ? text.substring(PIN_PREFIX.length()) : text;
    try {
      byte[] hash = Base64.getDecoder().decode(base64);
      if (hash.length == PIN_BYTES) {
        return Base64.getEncoder().encodeToString(hash);
      }
    } catch (IllegalArgumentException _) {
      // said below
    }
    throw new InvalidValue(
        text,
        "is no SHA-256 in Base64",
        "44 characters, as from: openssl x509 -pubkey -noout -in CERT | openssl pkey -pubin"
            + " -outform der | openssl sha256 -binary | base64");
  }

  private static boolean isName(String name) {
    return NetUtil.isValidIpV4Address(name)
        || NetUtil.isValidIpV6Address(name)
        || NAME.matcher(name).matches();
  }

  private static boolean areAuthorities(Path file, ConfigNode node, Reading reading) {
    try {
      Authorities.read(file, Instant.now());
      return true;
    } catch (BadCertificate e) {
      reading.report(node.at(), node.label(e.why()), e.expected());
      return false;
    }
  }

  /** What is not checked can't be checked against something. */
  private static boolean isNoContradiction(
      TlsClientConfig config, ConfigNode node, Reading reading) {
    if (!config.verify() && config.ca() != null) {
      var at = node.find("ca");
      reading.report(at.at(), at.label("with verify: false"), "one of them");
      return false;
    }
    return true;
  }

  /** Whether anybody may pass for an endpoint. */
  public boolean isBlind() {
    return !verify && pins.isEmpty();
  }
}
