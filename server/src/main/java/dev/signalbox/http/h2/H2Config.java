package dev.signalbox.http.h2;

import dev.signalbox.config.Bytes;
import dev.signalbox.config.ObjectShape;
import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;

/**
 * What a client may do on one HTTP/2 connection.
 *
 * @param maxStreams how many requests may be under way; further ones are refused
 * @param streamWindow what may be sent ahead of one body
 * @param connectionWindow what may be sent ahead of all bodies
 * @param maxResets streams that may end before their time, in ten seconds
 * @param maxControls frames that carry nothing, in ten seconds
 * @param maxContinuations frames that one head may need after its first
 */
public record H2Config(
    int maxStreams,
    Bytes streamWindow,
    Bytes connectionWindow,
    int maxResets,
    int maxControls,
    int maxContinuations) {
  public static final Shape<H2Config> SHAPE =
      ObjectShape.of(
          "What a client may do on one HTTP/2 connection.",
          keys -> {
            var maxStreams =
                keys.optional(
                    "max-streams",
                    Shapes.integer(1, 10_000),
                    "128",
                    "How many requests may be under way on a connection; further ones are refused"
                        + " (REFUSED_STREAM), and the client may repeat them.");
            var streamWindow =
                keys.optional(
                    "stream-window",
                    between("16KB", "16MB"),
                    "256KB",
                    "What a client may send of one body before the endpoint has taken it.");
            var connectionWindow =
                keys.optional(
                    "connection-window",
                    between("64KB", "256MB"),
                    "1MB",
                    "What a client may send of all bodies of a connection before the endpoints"
                        + " have taken it: the most memory that its bodies hold.");
            var maxResets =
                keys.optional(
                    "max-resets",
                    Shapes.integer(1, 1_000_000),
                    "500",
                    "How many streams may end before their time within ten seconds, whether the"
                        + " client cancels them or makes us refuse them; beyond it the connection"
                        + " ends (ENHANCE_YOUR_CALM).");
            var maxControls =
                keys.optional(
                    "max-control-frames",
                    Shapes.integer(10, 1_000_000),
                    "1000",
                    "How many frames that carry nothing may come within ten seconds: PING,"
                        + " SETTINGS, PRIORITY, empty DATA and the like; beyond it the connection"
                        + " ends (ENHANCE_YOUR_CALM).");
            var maxContinuations =
                keys.optional(
                    "max-continuations",
                    Shapes.integer(1, 1000),
                    "8",
                    "How many CONTINUATION frames one head may need; beyond it the connection ends"
                        + " (ENHANCE_YOUR_CALM).");
            return values -> {
              if (values.get(streamWindow).compareTo(values.get(connectionWindow)) > 0) {
                values.report(
                    streamWindow,
                    values.get(streamWindow)
                        + " is more than the connection's "
                        + values.get(connectionWindow),
                    "at most " + values.get(connectionWindow) + ", or a larger connection-window");
                return null;
              }
              return new H2Config(
                  values.get(maxStreams),
                  values.get(streamWindow),
                  values.get(connectionWindow),
                  values.get(maxResets),
                  values.get(maxControls),
                  values.get(maxContinuations));
            };
          });

  private static Shape<Bytes> between(String least, String most) {
    return Bytes.between(Bytes.parse(least), Bytes.parse(most));
  }
}
