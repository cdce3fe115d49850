package dev.signalbox.proxy;

import dev.signalbox.balance.Balancer;
import dev.signalbox.http.ClientStream;
import dev.signalbox.http.DownstreamConnection;
import dev.signalbox.http.Failure;
import dev.signalbox.http.Grpc;
import dev.signalbox.http.GrpcStatus;
import dev.signalbox.http.Headers;
import dev.signalbox.http.HttpVersion;
import dev.signalbox.http.KnownHeader;
import dev.signalbox.http.RequestHead;
import dev.signalbox.http.ResponseHead;
import dev.signalbox.http.ServerStream;
import dev.signalbox.http.StreamEvents;
import dev.signalbox.net.TimerWheel;
import dev.signalbox.route.Captures;
import dev.signalbox.route.Route;
import dev.signalbox.upstream.UpstreamOnLoop;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One request with its response: the order of events, from the head to the end, which comes exactly
 * once. Made for each request; lives and dies on the downstream connection's loop.
 */
final class Exchange implements StreamEvents, Balancer.Pick {
  /** Bytes of a body that is long enough to be moved inside the kernel. */
  private static final long LONG_RESPONSE = 512 * 1024;

  private final Proxy proxy;
  private final Routing routing;
  private ServerStream downstream; // wrapped, where the route translates
  private final RequestHead head;
  private final DownstreamRequest request;
  private final RequestBody body;

  private @Nullable BodyForRoutes bodyForRoutes;
  private Target.@Nullable Forward target;
  private @Nullable UpstreamOnLoop upstream;
  private @Nullable MirrorCopy mirrorCopy;
  private @Nullable Attempt attempt;
  private @Nullable Deadline deadline;
  private @Nullable GrpcCall call;
  private int attempts;
  private int repeats;
  private int rounds;
  private long tried; // a bit for each endpoint that failed; those beyond 63 share the last
  private boolean isResponsePaused;
  private boolean isResponseLong; // it may be worth to be spliced
  private boolean isAnswerDropped; // another endpoint is asked once this one has ended
  private boolean isOver;

  Exchange(Proxy proxy, Routing routing, ServerStream downstream, RequestHead head) {
    this.proxy = proxy;
    this.routing = routing;
    this.downstream = downstream;
    this.head = head;
    this.request = new DownstreamRequest(head, downstream.connection(), routing.geo());
    this.body = new RequestBody(downstream, head);
  }

  RequestHead head() {
    return head;
  }

  DownstreamConnection client() {
    return downstream.connection();
  }

  RequestBody body() {
    return body;
  }

  DownstreamRequest request() {
    return request;
  }

  // --- the request ---

  /**
   * Finds the route and follows it. Where a condition asked about a body that has not been read,
   * the body is read first, and then the route is found.
   */
  void decide() {
    Route<Target> found = routing.routes().find(request);
    if (request.wantsBody()) {
      bodyForRoutes = new BodyForRoutes(this, downstream, head, body);
      bodyForRoutes.begin(routing.bodyAtMost());
    } else {
      begin(found == null ? null : found.value());
    }
  }

  private void begin(@Nullable Target found) {
    switch (found) {
      case null -> refuse(404);
      case Target.Fixed(_, LocalReply reply) -> reply(reply.to(head));
      case Target.Elsewhere elsewhere -> {
        LocalReply reply = elsewhere.reply(request);
        reply(reply != null ? reply : error(400));
      }
      case Target.Forward forward -> forward(forward);
    }
  }

  private void forward(Target.Forward forward) {
    target = forward;
    upstream = forward.upstream(request, downstream.loop()).on(downstream.loop());
    if (head.hasUpgrade()
        && !forward.upgrades().narrow(head)
        && head.version() == HttpVersion.HTTP_2) {
      refuse(501); // RFC 8441 §4: it is no GET there, and can't pass for one
      return;
    }
    // What routes ask is asked before anything is changed: who the client is stands in the head.
    Captures captures = forward.captures(request);
    if (forward.grpc().isWeb() && GrpcWeb.isRequest(head) && !translate()) {
      return;
    }
    ForwardedHeaders.apply(head, downstream.connection());
    if (forward.rewrite() != null && forward.rewrite().rewrite(request, captures) != null) {
      refuse(400); // what was asked for has no place there
      return;
    }
    long totalNanos = forward.totalNanos();
    if (Grpc.isGrpc(head.headers())) {
      if (!upstream.speaksHttp2()) {
        refuseGrpc();
        return;
      }
      Grpc.askForTrailers(head.headers());
      totalNanos = Grpc.bounded(totalNanos, head.headers());
      call = new GrpcCall(this, downstream, forward.patience().idleNanos());
      call.begin(body.isComplete());
    }
    if (totalNanos > 0) {
      deadline = new Deadline(this);
      long waited = bodyForRoutes == null ? 0 : bodyForRoutes.waitedNanos();
      long left = Math.max(1, totalNanos - waited);
      downstream.loop().arm(deadline, left);
      if (call != null) {
        call.endsAfter(left);
      }
    }
    if (forward.mirroring() != null) {
      mirrorCopy =
          forward
              .mirroring()
              .copy(head, forward.setsHost(), downstream.loop(), downstream.connection());
      if (mirrorCopy != null) {
        body.copyTo(mirrorCopy);
      }
    }
    boolean isComplete = body.isComplete(); // before anything can end here
    newAttempt(forward).begin();
    if (mirrorCopy != null && isComplete) {
      mirrorCopy.send();
    }
  }

  void refuse(int status) {
    reply(error(status));
  }

  private LocalReply error(int status) {
    String id = proxy.newId(downstream.loop());
    String type = Grpc.answerType(head.headers());
    return type != null
        ? GrpcCall.error(type, GrpcStatus.of(status), status, id)
        : LocalReply.error(status, id);
  }

  private LocalReply error(Failure why, String id) {
    String type = Grpc.answerType(head.headers());
    return type != null
        ? GrpcCall.error(type, GrpcStatus.of(why), why.status(), id)
        : LocalReply.error(why.status(), id);
  }

  /** No gRPC server speaks HTTP/1, so this is a mistake of ours, and asking again is no use. */
  private void refuseGrpc() {
    String id = proxy.newId(downstream.loop());
    String name = Objects.requireNonNull(upstream).name();
    var why = new Failure.NoEndpoint(name, "gRPC needs an upstream with protocol: h2");
    proxy.onFailed(id, this, null, why);
    reply(GrpcCall.error(Grpc.TYPE, GrpcStatus.INTERNAL, 502, id));
  }

  /** Stands a translator between the client and this; false where its body is broken already. */
  private boolean translate() {
    var web = GrpcWeb.begin(downstream, this, head);
    downstream.events(web);
    downstream = web;
    ByteBuf kept = body.kept();
    if (kept != null) { // the body was read to find the route
      ByteBuf decoded = web.decode(kept.retainedDuplicate());
      if (decoded == null || !web.isWhole()) {
        if (decoded != null) {
          decoded.release();
        }
        refuse(400);
        return false;
      }
      body.replaceKept(decoded);
    }
    return true;
  }

  private Attempt newAttempt(Target.Forward forward) {
    var made = new Attempt(this, forward, Objects.requireNonNull(upstream));
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
    if (mirrorCopy != null) {
      mirrorCopy.add(data);
    }
    if (call != null) {
      call.onProgress();
    }
    body.onData(data);
    if (bodyForRoutes != null) {
      bodyForRoutes.onPart();
    }
  }

  @Override
  public void onEnd(@Nullable Headers trailers) {
    if (call != null) {
      call.onRequestEnd();
    }
    body.onEnd(trailers);
    if (mirrorCopy != null) {
      mirrorCopy.send();
    }
    if (bodyForRoutes != null && !isOver) {
      bodyForRoutes.onEnd();
    }
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
    if (call != null) {
      call.onProgress();
      if (isToRepeat(responseHead)) {
        isAnswerDropped = true;
        return;
      }
      if (responseHead.bodyLength() == 0
          && !responseHead.headers().has(KnownHeader.CONTENT_LENGTH)) {
        responseHead.bodyLength(RequestHead.UNKNOWN_LENGTH); // its head is its end: nothing to add
      }
    }
    body.release(); // no repetition any more
    isResponseLong = responseHead.bodyLength() >= LONG_RESPONSE;
    downstream.sendHead(responseHead);
  }

  /** Whether the answer is nothing but a status that the route would rather have from another. */
  private boolean isToRepeat(ResponseHead responseHead) {
    Target.Forward forward = target;
    if (forward == null || forward.grpc().retry().isEmpty()) {
      return false;
    }
    GrpcStatus status = Grpc.trailersOnly(responseHead);
    return status != null
        && forward.grpc().retry().contains(status)
        && RetryPolicy.allowsAfterAnswer(attempts, repeats, body.canRepeat());
  }

  /** The endpoint switches protocols: a tunnel takes the two streams over. */
  void onUpgrade(Attempt from, ClientStream upstreamStream, ResponseHead responseHead) {
    body.release();
    if (deadline != null) {
      downstream.loop().remove(deadline); // tunnels have times of their own
    }
    var tunnel =
        new Tunnel(
            Objects.requireNonNull(target).tunnel(),
            downstream.loop(),
            why -> {
              from.onTunnelEnd();
              end(why);
            });
    tunnel.begin(
        downstream.tunnel(responseHead, tunnel.ofDownstream()),
        upstreamStream.tunnel(tunnel.ofUpstream()));
  }

  void onResponseData(Attempt from, ByteBuf data) {
    if (call != null) {
      call.onProgress();
    }
    downstream.write(data);
    if (isResponseLong) {
      downstream.flush();
      if (from.splice(downstream)) {
        isResponseLong = false;
        return;
      }
    }
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

  void onResponseEnd(Attempt from, @Nullable Headers trailers) {
    Target.Forward forward = target;
    if (isAnswerDropped && forward != null) {
      isAnswerDropped = false;
      repeats++;
      body.disconnect();
      countTried(from);
      newAttempt(forward).begin();
      return;
    }
    end(null);
    downstream.end(trailers);
  }

  // --- what goes wrong ---

  void onAttemptFailed(Attempt failed, Failure why) {
    if (isOver) {
      return;
    }
    body.disconnect();
    isAnswerDropped = false;
    if (call != null && call.hasExpired()) {
      onDeadline();
      return;
    }
    Target.Forward forward = target;
    if (downstream.isCommitted() || forward == null) {
      proxy.onFailed(proxy.newId(downstream.loop()), this, failed, why);
      end(why);
      downstream.reset(why);
      return;
    }
    boolean isStale = why.isOfConnectionOnly();
    // Otherwise it closed one connection: nothing is wrong with the endpoint.
    int untried = isStale ? untried() : countTried(failed);
    if (!RetryPolicy.allows(
        why, head.isIdempotent(), attempts, repeats, body.canRepeat(), untried, rounds)) {
      String id = proxy.newId(downstream.loop());
      proxy.onFailed(id, this, failed, why);
      reply(error(why, id));
      return;
    }
    if (why.retry() == Failure.Retry.IF_IDEMPOTENT) {
      repeats++;
    }
    Attempt next = newAttempt(forward);
    if (isStale) {
      next.beginFresh(failed.endpoint());
    } else {
      next.begin();
    }
  }

  /** Notes an endpoint that another is to be preferred to; how many there are. */
  private int countTried(Attempt failed) {
    tried |= 1L << Math.min(failed.endpoint(), 63);
    return untried();
  }

  private int untried() {
    int untried = Math.max(0, Math.min(endpoints(), 64) - Long.bitCount(tried));
    if (untried == 0) {
      rounds++;
      tried = 0;
    }
    return untried;
  }

  private int endpoints() {
    return upstream == null ? 0 : upstream.endpoints();
  }

  /** The client is gone. */
  @Override
  public void onReset(Failure why) {
    end(why);
  }

  void onDeadline() {
    if (isOver) {
      return;
    }
    var why = new Failure.TotalTimeout();
    boolean isCommitted = downstream.isCommitted();
    String id = proxy.newId(downstream.loop());
    proxy.onFailed(id, this, attempt, why);
    end(why);
    if (!isCommitted) {
      error(why, id).send(downstream);
    } else if (call != null) {
      downstream.end(GrpcCall.trailers(GrpcStatus.of(why), why.status(), id));
    } else {
      downstream.reset(why);
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
    if (mirrorCopy != null) {
      mirrorCopy.abandon();
    }
    if (deadline != null) {
      downstream.loop().remove(deadline);
    }
    if (call != null) {
      call.end();
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
        + (upstream == null ? "none" : upstream.name())
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
