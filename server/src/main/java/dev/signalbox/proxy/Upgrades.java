package dev.signalbox.proxy;

import dev.signalbox.config.InvalidValue;
import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;
import dev.signalbox.http.Ascii;
import dev.signalbox.http.RequestHead;
import java.util.List;
import java.util.Locale;

/**
 * Which protocols the clients of a route may switch to (RFC 9110 §7.8). Immutable.
 *
 * @param protocols in lower case
 */
public record Upgrades(List<String> protocols) {
  private static final String EXPECTED = "the name of a protocol, such as websocket";
  private static final String PATTERN = "[A-Za-z][A-Za-z0-9._+-]*(/[A-Za-z0-9._-]+)?";
  private static final Shape<String> PROTOCOL =
      Shapes.value("protocol", PATTERN, List.of("websocket"), Upgrades::protocol);

  static final Shape<Upgrades> SHAPE =
      Shapes.distinct(PROTOCOL, protocol -> protocol, "each protocol once").map(Upgrades::new);

  public Upgrades {
    protocols = List.copyOf(protocols);
  }

  private static String protocol(String text) {
    if (!text.matches(PATTERN)) {
      throw new InvalidValue(text, "", EXPECTED);
    }
    String lower = text.toLowerCase(Locale.ROOT);
    String name = lower.replaceFirst("/.*", "");
    if (name.equals("h2c") || name.equals("http") || name.equals("tls")) {
      // What passes through such a tunnel is requests, which no route would see.
      throw new InvalidValue(
          text,
          "would carry requests past the routes",
          "a protocol that is not HTTP; HTTP/2 and TLS are settings of the listener");
    }
    return lower;
  }

  /**
   * Leaves of what the client offers the first that is welcome.
   *
   * @return whether there is one; otherwise the request is one like any other
   */
  boolean narrow(RequestHead head) {
    byte[] bytes = head.bytes();
    int end = head.upgradeEnd();
    for (int start = head.upgradeStart(); start < end; ) {
      int comma = Ascii.endOfItem(bytes, start, end);
      int from = Ascii.afterSpace(bytes, start, comma);
      int to = Ascii.beforeSpace(bytes, from, comma);
      if (protocols.contains(Ascii.text(bytes, from, to).toLowerCase(Locale.ROOT))) {
        head.upgrade(from, to);
        return true;
      }
      start = comma + 1;
    }
    head.upgrade(0, 0);
    return false;
  }
}
