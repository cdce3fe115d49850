package dev.signalbox.proxy;

import dev.signalbox.http.DownstreamConnection;
import dev.signalbox.http.Failure;
import dev.signalbox.http.RequestHead;
import dev.signalbox.http.ServerStream;
import dev.signalbox.http.StreamHandler;
import dev.signalbox.net.Loop;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns requests into exchanges. Shared by all loops. */
public final class Proxy implements StreamHandler {
  private static final Logger LOG = LoggerFactory.getLogger(Proxy.class);

  private final Routing routing;
  private final long[] nextIds; // each loop counts in its own cell

  /**
   * @param loops how many loops there are
   * @param random where request ids begin, so that those of two processes differ
   */
  public Proxy(Routing routing, int loops, RandomGenerator random) {
    this.routing = routing;
    this.nextIds = new long[loops * 16];
    for (int i = 0; i < loops; i++) {
      nextIds[i * 16] = random.nextLong();
    }
  }

  @Override
  public void onRequest(ServerStream stream, RequestHead head) {
    var exchange = new Exchange(this, routing, stream, head);
    stream.events(exchange);
    exchange.decide();
  }

  @Override
  public void onRefused(DownstreamConnection connection, Failure why) {
    if (LOG.isDebugEnabled()) {
      LOG.debug("listener {}: refused: {}", connection.listener(), why);
    }
  }

  /** A name for a request, for the person who asks about it. On a loop. */
  String newId(Loop loop) {
    int cell = loop.index() * 16;
    return HexFormat.of().toHexDigits(nextIds[cell]++);
  }

  /** One line for an exchange that failed for no fault of its client's. */
  void onFailed(String id, Exchange exchange, @Nullable Attempt last, Failure why) {
    LOG.warn("{}: {} {}", id, exchange.describe(last), why);
  }
}
