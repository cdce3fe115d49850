package dev.signalbox.route;

import dev.signalbox.config.Bytes;
import dev.signalbox.config.ObjectShape;
import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;
import java.time.Duration;

/**
 * A second upstream that gets a copy of requests, and whose answers nobody sees. Immutable.
 *
 * @param percent of the requests, at random
 * @param maxBody a request with a larger body is not copied
 * @param maxInFlight copies at a time, on each loop; beyond it requests are not copied
 * @param timeout from the copy to the end of its answer
 */
public record Mirror(
    String upstream, int percent, Bytes maxBody, int maxInFlight, Duration timeout) {
  private static final Bytes MOST_BODY = new Bytes(16 << 20);

  static final Shape<Mirror> SHAPE =
      ObjectShape.<Mirror>of(
              "A copy of the request, sent to another upstream too; its answer is thrown away.",
              keys -> {
                var to =
                    keys.required(
                        "to", Shapes.reference("upstream"), "The upstream that gets the copy.");
                var percent =
                    keys.optional(
                        "percent",
                        Shapes.integer(0, 100),
                        "100",
                        "Of how many requests in a hundred, chosen at random.");
                var maxBody =
                    keys.optional(
                        "max-body",
                        Bytes.SHAPE.only(
                            size -> size.compareTo(MOST_BODY) <= 0, "at most " + MOST_BODY),
                        "64KB",
                        "Requests with a larger body are not copied.");
                var maxInFlight =
                    keys.optional(
                        "max-in-flight",
                        Shapes.integer(1, 100_000),
                        "100",
                        "Copies at a time on each loop; beyond it requests are not copied.");
                var timeout =
                    keys.optional(
                        "timeout",
                        Shapes.duration(),
                        "10s",
                        "How long a copy may take until the end of its answer.");
                return values ->
                    new Mirror(
                        values.get(to),
                        values.get(percent),
                        values.get(maxBody),
                        values.get(maxInFlight),
                        values.get(timeout));
              })
          .orJust("to");

  @Override
  public String toString() {
    return "mirror to " + upstream + (percent == 100 ? "" : " " + percent + "%");
  }
}
