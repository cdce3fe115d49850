package dev.signalbox.proxy;

import dev.signalbox.http.KnownHeader;
import dev.signalbox.http.RequestHead;
import dev.signalbox.http.ServerStream;

/**
 * Waits for a body that the choice of a route depends on: the whole of it, up to a bound. Made only
 * for such a request; on its exchange's loop.
 */
final class BodyForRoutes {
  private final Exchange exchange;
  private final ServerStream downstream;
  private final RequestHead head;
  private final RequestBody body;
  private final long begunNanos;
  private long waitedNanos;
  private boolean isOver;

  BodyForRoutes(Exchange exchange, ServerStream downstream, RequestHead head, RequestBody body) {
    this.exchange = exchange;
    this.downstream = downstream;
    this.head = head;
    this.body = body;
    this.begunNanos = downstream.loop().nanoTime();
  }

  void begin(int most) {
    if (head.bodyLength() > most) {
      refuse();
      return;
    }
    body.collect(most);
    if (head.expectsContinue()) { // RFC 9110 §10.1.1: nobody else can ask for it yet
      downstream.sendInterim(LocalReply.goOn());
      downstream.flush();
    }
  }

  void onPart() {
    if (!isOver && body.isTooLong()) {
      refuse();
    }
  }

  void onEnd() {
    if (isOver) {
      return;
    }
    isOver = true;
    waitedNanos = downstream.loop().nanoTime() - begunNanos;
    exchange.request().body().complete(body.collected());
    if (head.expectsContinue()) { // it is here: the endpoint has nothing to ask for
      head.headers().remove(KnownHeader.EXPECT);
      head.expectsContinue(false);
    }
    exchange.decide();
  }

  /** How long it took: the time that an exchange may take in all has begun with its head. */
  long waitedNanos() {
    return waitedNanos;
  }

  private void refuse() {
    isOver = true;
    exchange.request().body().tooLarge();
    exchange.refuse(413);
  }
}
