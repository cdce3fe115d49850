package dev.signalbox.proxy;

import dev.signalbox.balance.Balancer;
import dev.signalbox.http.ClientConnection;
import dev.signalbox.http.ClientStream;
import dev.signalbox.http.DownstreamConnection;
import dev.signalbox.http.Failure;
import dev.signalbox.http.Headers;
import dev.signalbox.http.RequestHead;
import dev.signalbox.http.ResponseEvents;
import dev.signalbox.http.ResponseHead;
import dev.signalbox.http.ServerStream;
import dev.signalbox.upstream.ConnectionPool;
import dev.signalbox.upstream.UpstreamOnLoop;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One try at one endpoint: picks it, gets a connection, sends the request and hands what comes back
 * to the exchange. Ends exactly once, by completion, failure or cancellation. On its exchange's
 * loop.
 */
final class Attempt implements ResponseEvents, ConnectionPool.Taker {
  private static final byte[] OWN_AUTHORITY = {};
  private static final int NOT_PICKED = -2;

  private final Exchange exchange;
  private final Target.Forward target;
  private final UpstreamOnLoop upstream;
  private int endpoint = NOT_PICKED;
  private @Nullable ConnectionPool pool;
  private @Nullable Runnable connecting;
  private @Nullable ClientStream upstreamStream;
  private boolean isOver;

  Attempt(Exchange exchange, Target.Forward target, UpstreamOnLoop upstream) {
    this.exchange = exchange;
    this.target = target;
    this.upstream = upstream;
  }

  /** Begins with the endpoint that the balancer picks. */
  void begin() {
    int picked = upstream.pick(exchange);
    if (picked == Balancer.NONE) {
      isOver = true;
      exchange.onAttemptFailed(this, new Failure.NoEndpoint(upstream.name(), "none is available"));
      return;
    }
    begin(picked, true);
  }

  /** Begins with this endpoint on a connection that nobody used before. */
  void beginFresh(int again) {
    begin(again, false);
  }

  private void begin(int picked, boolean mayReuse) {
    endpoint = picked;
    ConnectionPool chosen = upstream.pool(picked);
    pool = chosen;
    chosen.begin();
    ClientConnection idle = mayReuse ? chosen.take(client()) : null;
    if (idle != null) {
      open(chosen, idle);
    } else {
      connecting = chosen.connect(target.connectNanos(), this);
    }
  }

  @Override
  public DownstreamConnection client() {
    return exchange.client();
  }

  /** The endpoint's number; only once it has been picked. */
  int endpoint() {
    return endpoint;
  }

  /** The endpoint's name for logs. */
  String endpointName() {
    return pool == null ? "none" : pool.endpoint();
  }

  /** The host to ask an endpoint for; empty for that of the head. */
  static byte[] authority(ConnectionPool pool, RequestHead head, boolean setsHost) {
    if (head.isConnect()) {
      return OWN_AUTHORITY; // it says where the tunnel leads, and is no name of the endpoint
    }
    boolean isOwn =
        !(pool.preservesHost() || setsHost) || head.authorityStart() == head.authorityEnd();
    return isOwn ? pool.authority() : OWN_AUTHORITY;
  }

  private void open(ConnectionPool chosen, ClientConnection connection) {
    RequestHead head = exchange.head();
    byte[] authority = authority(chosen, head, target.setsHost());
    ClientStream opened = connection.open(head, authority, target.patience(), this);
    if (!isOver) { // sending may have failed at once
      upstreamStream = opened;
      if (head.bodyLength() != 0) {
        exchange.body().connect(opened);
      }
    }
  }

  @Override
  public void onConnection(ClientConnection connection) {
    connecting = null;
    ConnectionPool chosen = pool;
    if (!isOver && chosen != null) {
      open(chosen, connection);
      ClientStream opened = upstreamStream;
      if (opened != null) {
        opened.flush();
      }
    }
  }

  @Override
  public void onNoConnection(Failure why) {
    connecting = null;
    fail(why);
  }

  @Override
  public void onInterim(ResponseHead head) {
    exchange.onInterim(head);
  }

  @Override
  public void onHead(ResponseHead head) {
    exchange.onResponseHead(head);
  }

  @Override
  public void onUpgrade(ResponseHead head) {
    exchange.onUpgrade(this, Objects.requireNonNull(upstreamStream), head);
  }

  /** The exchange has become a tunnel, and that has ended. */
  void onTunnelEnd() {
    end();
  }

  @Override
  public void onData(ByteBuf data) {
    exchange.onResponseData(this, data);
  }

  @Override
  public void onReadComplete() {
    exchange.onResponseReadComplete();
  }

  @Override
  public void onWritable() {
    exchange.body().onSinkWritable();
  }

  @Override
  public void onEnd(@Nullable Headers trailers) {
    if (end()) {
      exchange.onResponseEnd(this, trailers);
    }
  }

  @Override
  public void onReset(Failure why) {
    fail(why);
  }

  /** Holds the response back, or lets it come. */
  void reading(boolean isWanted) {
    if (upstreamStream != null) {
      upstreamStream.reading(isWanted);
    }
  }

  /** Lets the rest of the response pass by inside the kernel, if it can. */
  boolean splice(ServerStream sink) {
    return upstreamStream != null && upstreamStream.splice(sink);
  }

  /** The exchange is over: nothing that still comes matters. */
  void cancel(Failure why) {
    if (end()) {
      if (connecting != null) {
        connecting.run();
      }
      if (upstreamStream != null) {
        upstreamStream.reset(why);
      }
    }
  }

  private void fail(Failure why) {
    if (end()) {
      exchange.onAttemptFailed(this, why);
    }
  }

  private boolean end() {
    if (isOver) {
      return false;
    }
    isOver = true;
    if (pool != null) {
      pool.end();
    }
    return true;
  }
}
