package dev.signalbox.net.tls;

import dev.signalbox.config.ConfigNode;
import dev.signalbox.config.ObjectShape;
import dev.signalbox.config.Reading;
import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is spoken: versions, ciphers, and how keys are agreed.
 *
 * @param minVersion the oldest version
 * @param ciphers of TLS 1.2; none for those of the profile
 * @param groups at least one
 */
public record TlsPolicy(
    TlsVersion minVersion, TlsProfile profile, List<TlsCipher> ciphers, List<TlsGroup> groups) {
  /** Clients without AES in their hardware put ChaCha20 first, and are right. */
  private static final String INTERMEDIATE =
      "[ECDHE-ECDSA-AES128-GCM-SHA256|ECDHE-ECDSA-CHACHA20-POLY1305]"
          + ":[ECDHE-RSA-AES128-GCM-SHA256|ECDHE-RSA-CHACHA20-POLY1305]"
          + ":ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384";

  private static final String VERSIONS = "1.2 or 1.3"; // numbers to YAML, and so to editors

  public TlsPolicy {
    ciphers = List.copyOf(ciphers);
    groups = List.copyOf(groups);
  }

  /** Declares its keys among others of one map. */
  static Function<ObjectShape.Values, TlsPolicy> keys(ObjectShape.Keys keys) {
    var profile =
        keys.optional(
            "profile",
            Shapes.choice(TlsProfile.values()),
            "intermediate",
            "Versions and ciphers as Mozilla names them: modern is TLS 1.3 alone, intermediate TLS"
                + " 1.2 and 1.3.");
    var minVersion =
        keys.optional(
            "min-version",
            Shapes.text(VERSIONS)
                .only(number -> TlsVersion.of(number) != null, VERSIONS)
                .map(number -> Objects.requireNonNull(TlsVersion.of(number))),
            "The oldest version that is spoken; what the profile says where it is left out.");
    var ciphers =
        keys.optional(
            "ciphers",
            some(Shapes.distinct(TlsCipher.SHAPE, TlsCipher::openSslName, "each cipher once")),
            "The ciphers of TLS 1.2 by hand, best first, by OpenSSL's names or IANA's, instead of"
                + " the profile's. Those of TLS 1.3 are always its three.");
    var groups =
        keys.optional(
            "groups",
            some(Shapes.distinct(TlsGroup.SHAPE, TlsGroup::word, "each group once")),
            "[X25519MLKEM768, X25519, P-256, P-384]",
            "How keys are agreed (also called curves), best first. The first of the default"
                + " withstands quantum computers.");
    return values -> {
      TlsProfile chosen = values.get(profile);
      TlsVersion least = values.find(minVersion);
      var byHand = values.find(ciphers);
      return new TlsPolicy(
          least == null || least.compareTo(chosen.leastVersion()) < 0
              ? chosen.leastVersion()
              : least,
          chosen,
          byHand == null ? List.of() : byHand,
          values.get(groups));
    };
  }

  static <T> Shape<List<T>> some(Shape<List<T>> shape) {
    return shape.checked((_, node, reading) -> {
      boolean isEmpty = node instanceof ConfigNode.Items list && list.items().isEmpty();
      if (isEmpty) {
        reading.report(node.at(), node.label("none"), "at least one");
      }
      return !isEmpty;
    });
  }

  /** What contradicts itself is reported at its place in the map. */
  boolean isNoContradiction(ConfigNode node, Reading reading) {
    boolean isFine = true;
    boolean isNew = minVersion == TlsVersion.TLS_1_3;
    if (isNew
        && node.find("min-version") instanceof ConfigNode.Text text
        && text.text().equals("1.2")) {
      reading.report(
          text.at(), text.label("1.2 with the profile modern"), "1.3, or profile: intermediate");
      isFine = false;
    }
    if (isNew && !ciphers.isEmpty()) {
      var at = node.find("ciphers");
      reading.report(
          at.key(),
          at.label("where TLS 1.2 is not spoken"),
          "none, or profile: intermediate with min-version: 1.2");
      isFine = false;
    }
    if (!isNew && groups.equals(List.of(TlsGroup.X25519MLKEM768))) {
      var at = node.find("groups");
      reading.report(
          at.at(),
          at.label("X25519MLKEM768 alone, which TLS 1.2 does not know"),
          "a second group, or min-version: 1.3");
      isFine = false;
    }
    return isFine;
  }

  /** The ciphers of TLS 1.2 in BoringSSL's words: within brackets the client chooses. */
  String cipherList() {
    return ciphers.isEmpty()
        ? INTERMEDIATE
        : ciphers.stream().map(TlsCipher::openSslName).collect(Collectors.joining(":"));
  }

  /** All ciphers by IANA's names. */
  List<String> cipherNames() {
    return minVersion == TlsVersion.TLS_1_3
        ? TlsCipher.TLS_1_3
        : Stream.concat(
                TlsCipher.TLS_1_3.stream(),
                (ciphers.isEmpty() ? TlsCipher.INTERMEDIATE : ciphers)
                    .stream().map(TlsCipher::ianaName))
            .toList();
  }

  List<String> groupNames() {
    return groups.stream().map(TlsGroup::word).toList();
  }
}
