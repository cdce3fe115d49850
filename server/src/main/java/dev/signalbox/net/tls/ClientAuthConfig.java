package dev.signalbox.net.tls;

import dev.signalbox.config.ConfigNode;
import dev.signalbox.config.ObjectShape;
import dev.signalbox.config.ObjectShape.Keys;
import dev.signalbox.config.ObjectShape.Values;
import dev.signalbox.config.Reading;
import dev.signalbox.config.Shapes;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Whether clients must prove who they are, as it is configured.
 *
 * @param ca who may vouch for them; null only where nobody is asked
 * @param crl whom they no longer vouch for, or null
 * @param depth how many certificates may stand between a client's and an authority
 */
public record ClientAuthConfig(Mode mode, @Nullable Path ca, @Nullable Path crl, int depth) {
  /** Who is asked, and what it means to have none; a bad certificate is never taken. */
  public enum Mode {
    NONE,
    OPTIONAL,
    REQUIRED
  }

  /** Nobody is asked. */
  public static final ClientAuthConfig NONE = new ClientAuthConfig(Mode.NONE, null, null, 3);

  /** Declares the keys of a listener's {@code tls}; null after a mistake. */
  static Function<Values, @Nullable ClientAuthConfig> keys(Keys keys) {
    var mode =
        keys.optional(
            "client-certificate",
            Shapes.choice(Mode.values()),
            "none",
            "Whether clients are asked for a certificate: none asks nobody, optional takes clients"
                + " without one, required refuses them. A bad one is refused in any case.");
    var ca =
        keys.optional(
            "ca",
            Shapes.file("the path of a PEM file", PemFile::check)
                .checked(ClientAuthConfig::areAuthorities),
            "The authorities that may vouch for clients: a PEM file with their certificates.");
    var crl =
        keys.optional(
            "crl",
            Shapes.file("the path of a PEM file", PemFile::check)
                .checked(ClientAuthConfig::areRevocations),
            "Revocation lists of these authorities, and of those between them and clients: a PEM"
                + " file. There must be one of every issuer, and none may have run out.");
    var depth =
        keys.optional(
            "depth",
            Shapes.integer(0, 10),
            "3",
            "How many certificates may stand between a client's and an authority.");
    return values -> read(values, mode, ca, crl, depth);
  }

  private static @Nullable ClientAuthConfig read(
      Values values,
      ObjectShape.Key<Mode> mode,
      ObjectShape.Key<Path> ca,
      ObjectShape.Key<Path> crl,
      ObjectShape.Key<Integer> depth) {
    Mode asked = values.get(mode);
    if (asked == Mode.NONE) {
      for (var key : List.of(ca, crl, depth)) {
        if (values.has(key)) {
          values.report(
              key, "nobody is asked for a certificate", "client-certificate: optional or required");
          return null;
        }
      }
    } else if (!values.has(ca)) {
      values.report(mode, asked.name().toLowerCase(Locale.ROOT) + " without \"ca\"", "ca: FILE");
      return null;
    }
    return new ClientAuthConfig(asked, values.find(ca), values.find(crl), values.get(depth));
  }

  private static boolean areAuthorities(Path file, ConfigNode node, Reading reading) {
    return isFine(() -> Authorities.read(file, Instant.now()), node, reading);
  }

  private static boolean areRevocations(Path file, ConfigNode node, Reading reading) {
    return isFine(() -> Revocations.read(file, Instant.now()), node, reading);
  }

  private interface Load {
    void load() throws BadCertificate;
  }

  private static boolean isFine(Load load, ConfigNode node, Reading reading) {
    try {
      load.load();
      return true;
    } catch (BadCertificate e) {
      reading.report(node.at(), node.label(e.why()), e.expected());
      return false;
    }
  }
}
