package dev.signalbox.admin;

import dev.signalbox.config.Address;
import dev.signalbox.config.InvalidValue;
import dev.signalbox.config.ObjectShape;
import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The address for operators, as it is configured.
 *
 * @param hosts names under which it is asked for, in lower case, beside those it always has
 */
public record AdminConfig(Address bind, List<String> hosts) {
  private static final String DEFAULT_BIND = "127.0.0.1:9901";
  private static final int LONGEST_NAME = 253; // RFC 1035 §2.3.4
  private static final Pattern NAME = Pattern.compile("[a-z0-9_-]+(\\.[a-z0-9_-]+)*");

  private static final Shape<String> HOST =
      Shapes.value(
          "host-name",
          "^[A-Za-z0-9_.-]+$",
          List.of("lb1.internal", "signalbox"),
          AdminConfig::hostName);

  public static final Shape<AdminConfig> SHAPE =
      ObjectShape.<AdminConfig>of(
              "The address for operators: /metrics and /status. Nobody is asked who they are.",
              keys -> {
                var bind =
                    keys.optional(
                        "bind",
                        Address.TO_BIND,
                        DEFAULT_BIND,
                        "Where to listen: host:port, or unix:/path. Port 0 takes a free one.");
                var hosts =
                    keys.optional(
                        "hosts",
                        Shapes.list(HOST),
                        "[]",
                        "Names under which it is asked for, beside localhost and its own address."
                            + " Requests for other names are refused (DNS rebinding).");
                return values -> new AdminConfig(values.get(bind), values.get(hosts));
              })
          .orJust("bind");

  public AdminConfig {
    hosts = List.copyOf(hosts);
  }

  /** Where it is, unless a file says otherwise. */
  public static Address defaultBind() {
    return Address.parse(DEFAULT_BIND);
  }

  private static String hostName(String text) {
    var lower = text.toLowerCase(Locale.ROOT);
    if (text.length() > LONGEST_NAME || !NAME.matcher(lower).matches()) {
      throw new InvalidValue(
          text, "is not a host name", "a name without a port, like lb1.internal");
    }
    return lower;
  }
}
