package dev.signalbox.upstream;

import dev.signalbox.config.ObjectShape;
import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;
import java.time.Duration;

/**
 * The connections to one endpoint.
 *
 * @param maxIdle how many unused ones are kept open
 * @param idleTimeout how long an unused one is kept open
 * @param maxAge how long one is given new requests; zero for any time
 * @param maxConnections how many there may be; 0 for any number
 * @param queue how many requests may wait for one; beyond it 503
 * @param queueTimeout how long a request may wait for one; beyond it 503
 * @param streams how many requests an HTTP/2 connection carries at a time
 * @param pingInterval how long an HTTP/2 connection that is in use may be silent before it is asked
 *     whether it lives; zero for any time
 */
public record PoolConfig(
    int maxIdle,
    Duration idleTimeout,
    Duration maxAge,
    int maxConnections,
    int queue,
    Duration queueTimeout,
    int streams,
    Duration pingInterval) {
  private static final int MOST = 1_000_000;

  public static final Shape<PoolConfig> SHAPE =
      ObjectShape.of(
          "The connections to each endpoint.",
          keys -> {
            var maxIdle =
                keys.optional(
                    "max-idle",
                    Shapes.integer(0, MOST),
                    "1024",
                    "How many unused ones are kept open.");
            var idleTimeout =
                keys.optional(
                    "idle-timeout",
                    Shapes.duration(),
                    "30s",
                    "How long an unused one is kept open; less than the endpoint itself keeps it.");
            var maxAge =
                keys.optional(
                    "max-age",
                    Shapes.orNone(Shapes.duration(), Duration.ZERO),
                    "1h",
                    "How long one is given new requests; those under way are completed. none for"
                        + " any time.");
            var max =
                keys.optional(
                    "max",
                    Shapes.integer(0, MOST),
                    "0",
                    "How many there may be to one endpoint; 0 for any number.");
            var queue =
                keys.optional(
                    "queue",
                    Shapes.integer(0, MOST),
                    "1024",
                    "How many requests may wait for a connection; beyond it the answer is 503.");
            var queueTimeout =
                keys.optional(
                    "queue-timeout",
                    Shapes.duration(),
                    "1s",
                    "How long a request may wait for a connection; beyond it the answer is 503.");
            var streams =
                keys.optional(
                    "streams",
                    Shapes.integer(1, 10_000),
                    "100",
                    "How many requests an HTTP/2 connection carries at a time, where the endpoint"
                        + " allows as many; beyond it there is another connection.");
            var pingInterval =
                keys.optional(
                    "ping-interval",
                    Shapes.orNone(Shapes.duration(), Duration.ZERO),
                    "10s",
                    "How long an HTTP/2 connection with requests may be silent before it is asked"
                        + " whether it lives; one that does not answer as long is closed. none for"
                        + " any time.");
            return values ->
                new PoolConfig(
                    values.get(maxIdle),
                    values.get(idleTimeout),
                    values.get(maxAge),
                    values.get(max),
                    values.get(queue),
                    values.get(queueTimeout),
                    values.get(streams),
                    values.get(pingInterval));
          });
}
