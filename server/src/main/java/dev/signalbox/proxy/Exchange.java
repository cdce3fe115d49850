package dev.signalbox.proxy;

import dev.signalbox.balance.Balancer;
import dev.signalbox.http.Failure;
import dev.signalbox.http.Headers;
import dev.signalbox.http.KnownHeader;
import dev.signalbox.http.RequestHead;
import dev.signalbox.http.ResponseHead;
import dev.signalbox.http.ServerStream;
import dev.signalbox.http.StreamEvents;
import dev.signalbox.net.TimerWheel;
import dev.signalbox.route.BodyView;
import dev.signalbox.route.GeoDatabase.Place;
import dev.signalbox.route.Route;
import dev.signalbox.route.RouteRequest;
import dev.signalbox.upstream.UpstreamOnLoop;
import io.netty.buffer.ByteBuf;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * One request with its response: the order of events, from the head to the end, which comes exactly
 * once. Made for each request; lives and dies on the downstream connection's loop.
 */
final class Exchange implements RouteRequest, StreamEvents, Balancer.Pick {
  private final Proxy proxy;
  private final Routing routing;
  private final ServerStream downstream;
  private final RequestHead head;
  private final RequestBody body;

  private @Nullable BodyView bodyView;
  private @Nullable Place place;
  private boolean isReadingForRoutes;
  private long waitedNanos; // for a body that the decision wanted
  private Target.@Nullable Forward target;
  private @Nullable Attempt attempt;
  private @Nullable Deadline deadline;
  private int attempts;
  private int repeats;
  private long tried; // a bit for each endpoint that failed; those beyond 63 share the last
  private boolean isResponsePaused;
  private boolean isOver;

  Exchange(Proxy proxy, Routing routing, ServerStream downstream, RequestHead head) {
    this.proxy = proxy;
    this.routing = routing;
    this.downstream = downstream;
    this.head = head;
    this.body = new RequestBody(downstream, head);
  }

  RequestBody requestBody() {
    return body;
  }

  // --- what routes ask; nothing is made before a condition asks for it ---

  @Override
  public RequestHead head() {
    return head;
  }

  @Override
  public String listener() {
    return downstream.connection().listener();
  }

  @Override
  public boolean isSecure() {
    return downstream.connection().isSecure();
  }

  @Override
  public @Nullable String sni() {
    return null; // there is no TLS yet
  }

  @Override
  public @Nullable InetAddress client() {
    return ClientAddress.of(head, downstream.connection());
  }

  @Override
  public long epochSeconds() {
    return System.currentTimeMillis() / 1000;
  }

  @Override
  public @Nullable String country() {
    return place().country();
  }

  @Override
  public @Nullable String continent() {
    return place().continent();
  }

  private Place place() {
    Place known = place;
    if (known == null) {
      InetAddress client = client();
      known = client == null ? Place.UNKNOWN : routing.geo().lookup(client);
      place = known;
    }
    return known;
  }

  @Override
  public BodyView body() {
    if (bodyView == null) {
      bodyView = head.bodyLength() == 0 ? BodyView.none() : BodyView.unread();
    }
    return bodyView;
  }

  // --- the request ---

  /**
   * Finds the route and follows it. Where a condition asked about a body that has not been read,
   * the body is read first, and then the route is found.
   */
  void decide() {
    Route<Target> found = routing.routes().find(this);
    BodyView asked = bodyView;
    if (asked != null && asked.isWanted() && asked.state() == BodyView.State.UNREAD) {
      readForRoutes();
    } else {
      begin(found == null ? null : found.value());
    }
  }

  private void readForRoutes() {
    if (head.bodyLength() > routing.bodyAtMost()) {
      refuseLargeBody();
      return;
    }
    isReadingForRoutes = true;
    waitedNanos = -downstream.loop().nanoTime();
    body.collect(routing.bodyAtMost());
    if (head.expectsContinue()) { // RFC 9110 §10.1.1: nobody else can ask for it yet
      downstream.sendInterim(LocalReply.goOn());
      downstream.flush();
    }
  }

  private void onBodyPart() {
    if (isReadingForRoutes && body.isTooLong()) {
      refuseLargeBody();
    }
  }

  private void onBodyEnd() {
    if (!isReadingForRoutes || isOver) {
      return;
    }
    isReadingForRoutes = false;
    waitedNanos += downstream.loop().nanoTime();
    body().complete(body.collected());
    Route<Target> found = routing.routes().find(this);
    if (head.expectsContinue()) { // it is here: the endpoint has nothing to ask for
      head.headers().remove(KnownHeader.EXPECT);
      head.expectsContinue(false);
    }
    begin(found == null ? null : found.value());
  }

  private void refuseLargeBody() {
    isReadingForRoutes = false;
    body().tooLarge();
    reply(LocalReply.error(413, proxy.newId(downstream.loop())));
  }

  private void begin(@Nullable Target found) {
    switch (found) {
      case null -> reply(LocalReply.error(404, proxy.newId(downstream.loop())));
      case Target.Fixed(_, LocalReply reply) -> reply(reply);
      case Target.Forward forward -> {
        target = forward;
        ForwardedHeaders.apply(head, downstream.connection());
        if (forward.totalNanos() > 0) {
          deadline = new Deadline(this);
          downstream.loop().arm(deadline, Math.max(1, forward.totalNanos() - waitedNanos));
        }
        firstAttempt(forward);
      }
    }
  }

  private void firstAttempt(Target.Forward forward) {
    Attempt first = newAttempt(forward);
    first.begin();
  }

  private Attempt newAttempt(Target.Forward forward) {
    UpstreamOnLoop upstream = forward.upstream().on(downstream.loop());
    var made = new Attempt(this, forward, upstream);
    attempt = made;
    attempts++;
    return made;
  }

  @Override
  public boolean wasTried(int index) {
    return (tried & 1L << Math.min(index, 63)) != 0;
  }

  @Override
  public void onData(ByteBuf data) {
    body.onData(data);
    onBodyPart();
  }

  @Override
  public void onEnd(@Nullable Headers trailers) {
    body.onEnd(trailers);
    onBodyEnd();
  }

  @Override
  public void onReadComplete() {
    body.onReadComplete();
  }

  // --- the response ---

  void onInterim(ResponseHead interim) {
    downstream.sendInterim(interim);
    downstream.flush();
  }

  void onResponseHead(ResponseHead responseHead) {
    body.release(); // no repetition any more
    downstream.sendHead(responseHead);
  }

  void onResponseData(Attempt from, ByteBuf data) {
    downstream.write(data);
    if (!downstream.isWritable()) {
      downstream.flush();
      if (!downstream.isWritable()) {
        isResponsePaused = true;
        from.reading(false);
      }
    }
  }

  void onResponseReadComplete() {
    if (!isOver) {
      downstream.flush();
    }
  }

  @Override
  public void onWritable() {
    if (isResponsePaused && attempt != null) {
      isResponsePaused = false;
      attempt.reading(true);
    }
  }

  void onResponseEnd(@Nullable Headers trailers) {
    end(null);
    downstream.end(trailers);
  }

  // --- what goes wrong ---

  void onAttemptFailed(Attempt failed, Failure why) {
    if (isOver) {
      return;
    }
    body.disconnect();
    Target.Forward forward = target;
    if (downstream.isCommitted() || forward == null) {
      proxy.onFailed(proxy.newId(downstream.loop()), this, failed, why);
      end(why);
      downstream.reset(why);
      return;
    }
    if (!RetryPolicy.allows(
        why, head.method(), attempts, repeats, body.canRepeat(), endpoints(forward))) {
      String id = proxy.newId(downstream.loop());
      proxy.onFailed(id, this, failed, why);
      reply(LocalReply.error(why.status(), id));
      return;
    }
    if (why.retry() == Failure.Retry.IF_IDEMPOTENT) {
      repeats++;
    }
    Attempt next = newAttempt(forward);
    if (why instanceof Failure.UpstreamReset(_, _, boolean wasReused, _, _) && wasReused) {
      next.beginFresh(failed.endpoint()); // it closed an idle connection: nothing is wrong with it
    } else {
      tried |= 1L << Math.min(failed.endpoint(), 63);
      next.begin();
    }
  }

  private int endpoints(Target.Forward forward) {
    return forward.upstream().on(downstream.loop()).endpoints();
  }

  /** The client is gone. */
  @Override
  public void onReset(Failure why) {
    end(why);
  }

  private void onDeadline() {
    if (isOver) {
      return;
    }
    var why = new Failure.TotalTimeout();
    boolean isCommitted = downstream.isCommitted();
    String id = proxy.newId(downstream.loop());
    proxy.onFailed(id, this, attempt, why);
    end(why);
    if (isCommitted) {
      downstream.reset(why);
    } else {
      LocalReply.error(why.status(), id).send(downstream);
    }
  }

  private void reply(LocalReply reply) {
    end(null);
    reply.send(downstream);
    downstream.flush();
  }

  /** The end of the exchange: exactly once, whatever led here. */
  private void end(@Nullable Failure why) {
    if (isOver) {
      return;
    }
    isOver = true;
    body.release();
    if (deadline != null) {
      downstream.loop().remove(deadline);
    }
    if (why != null && attempt != null) {
      attempt.cancel(why);
    }
  }

  /** For logs: what is asked, and where it goes. */
  String describe(@Nullable Attempt last) {
    Target.Forward forward = target;
    return head
        + " route="
        + (forward == null ? "none" : forward.route())
        + " upstream="
        + (forward == null ? "none" : forward.upstream().name())
        + " endpoint="
        + (last == null ? "none" : last.endpointName())
        + " attempt="
        + attempts;
  }

  /** The time that the whole exchange may take. */
  private static final class Deadline extends TimerWheel.Timer {
    private final Exchange exchange;

    Deadline(Exchange exchange) {
      this.exchange = exchange;
    }

    @Override
    protected void onTimeout() {
      exchange.onDeadline();
    }
  }
}
