package dev.signalbox.http;

import dev.signalbox.config.ObjectShape;
import dev.signalbox.config.Rate;
import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;
import java.time.Duration;

/**
 * How long a downstream connection may take.
 *
 * @param head from the first byte of a request to the end of its head; beyond it 408
 * @param idle between two requests
 * @param body without a byte of a request body; beyond it 408
 * @param minBodyRate what a body must keep up on average; {@link Rate#NONE} for any
 * @param minBodyRateGrace how long a body may take before its rate counts
 * @param send without a byte of the response taken
 */
public record ServerTimeouts(
    Duration head,
    Duration idle,
    Duration body,
    Rate minBodyRate,
    Duration minBodyRateGrace,
    Duration send) {
  public static final Shape<ServerTimeouts> SHAPE =
      ObjectShape.of(
          "How long a client may take.",
          keys -> {
            var head =
                keys.optional(
                    "head",
                    Shapes.duration(),
                    "10s",
                    "From the first byte of a request to the end of its head; beyond it the answer"
                        + " is 408.");
            var idle =
                keys.optional(
                    "idle",
                    Shapes.duration(),
                    "75s",
                    "How long a connection stays open between two requests.");
            var body =
                keys.optional(
                    "body",
                    Shapes.duration(),
                    "30s",
                    "The longest pause within a request body; beyond it the answer is 408.");
            var minBodyRate =
                keys.optional(
                    "min-body-rate",
                    Shapes.orNone(Rate.OF_BYTES, Rate.NONE),
                    "240B/s",
                    "What a request body must keep up on average, against clients that trickle;"
                        + " none for any rate.");
            var grace =
                keys.optional(
                    "min-body-rate-grace",
                    Shapes.durationOrZero(),
                    "5s",
                    "How long a body may take before its rate counts.");
            var send =
                keys.optional(
                    "send",
                    Shapes.duration(),
                    "30s",
                    "How long a client may take nothing of a response that is ready.");
            return values ->
                new ServerTimeouts(
                    values.get(head),
                    values.get(idle),
                    values.get(body),
                    values.get(minBodyRate),
                    values.get(grace),
                    values.get(send));
          });
}
