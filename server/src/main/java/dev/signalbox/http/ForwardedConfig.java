package dev.signalbox.http;

import dev.signalbox.config.Cidr;
import dev.signalbox.config.ObjectShape.Keys;
import dev.signalbox.config.ObjectShape.Values;
import dev.signalbox.config.Shapes;
import java.net.InetAddress;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What endpoints are told about the client and the way its request took.
 *
 * @param trustedProxies whose own word about the client is believed
 * @param clientCert whether endpoints are told of the client's certificate (RFC 9440)
 * @param trustsClientCert whether what trusted proxies say of it is believed
 * @param via whether messages get a Via header (RFC 9110 §7.6.3)
 */
public record ForwardedConfig(
    Mode mode,
    List<Cidr> trustedProxies,
    boolean clientCert,
    boolean trustsClientCert,
    boolean via) {
  /** Which headers carry it. */
  public enum Mode {
    /** X-Forwarded-For, -Proto, -Host and -Port. */
    X_FORWARDED,
    /** Forwarded (RFC 7239). */
    FORWARDED,
    BOTH,
    NONE
  }

  public ForwardedConfig {
    trustedProxies = List.copyOf(trustedProxies);
  }

  /** Whether someone at this address is a trusted proxy. */
  public boolean trusts(InetAddress address) {
    if (trustedProxies.isEmpty()) {
      return false;
    }
    byte[] bytes = address.getAddress();
    for (Cidr trusted : trustedProxies) {
      if (trusted.contains(bytes)) {
        return true;
      }
    }
    return false;
  }

  /** Declares {@code forwarded}, {@code trusted-proxies} and {@code via} of a listener. */
  public static Function<Values, @Nullable ForwardedConfig> keys(Keys keys) {
    var mode =
        keys.optional(
            "forwarded",
            Shapes.choice(Mode.values()),
            "x-forwarded",
            "Which headers tell endpoints about the client: the X-Forwarded ones, Forwarded (RFC"
                + " 7239), both or none.");
    var trustedProxies =
        keys.optional(
            "trusted-proxies",
            Shapes.list(Cidr.SHAPE),
            "[]",
            "The proxies in front of this listener. Only their word about the client is passed on;"
                + " what anyone else says is replaced.");
    var clientCert =
        keys.optional(
            "forward-client-cert",
            Shapes.bool(),
            "false",
            "Whether endpoints are told of the client's certificate, in Client-Cert and"
                + " Client-Cert-Chain (RFC 9440). What clients say there themselves is always"
                + " removed.");
    var trustsClientCert =
        keys.optional(
            "trust-client-cert",
            Shapes.bool(),
            "false",
            "Whether Client-Cert and Client-Cert-Chain of trusted-proxies are passed on.");
    var via =
        keys.optional(
            "via", Shapes.bool(), "true", "Whether messages get a Via header (RFC 9110).");
    return values -> {
      List<Cidr> proxies = values.get(trustedProxies);
      boolean isTrusting = values.get(trustsClientCert);
      if (isTrusting && proxies.isEmpty()) {
        values.report(
            trustsClientCert,
            "true without \"trusted-proxies\"",
            "trusted-proxies: [their addresses]");
        return null;
      }
      return new ForwardedConfig(
          values.get(mode), proxies, values.get(clientCert), isTrusting, values.get(via));
    };
  }
}
