package dev.signalbox.proxy;

import dev.signalbox.balance.Balancer;
import dev.signalbox.http.ClientConnection;
import dev.signalbox.http.ClientStream;
import dev.signalbox.http.DownstreamConnection;
import dev.signalbox.http.Failure;
import dev.signalbox.http.Headers;
import dev.signalbox.http.KnownHeader;
import dev.signalbox.http.RequestHead;
import dev.signalbox.http.ResponseEvents;
import dev.signalbox.http.ResponseHead;
import dev.signalbox.net.Loop;
import dev.signalbox.net.TimerWheel;
import dev.signalbox.proxy.Mirroring.End;
import dev.signalbox.upstream.ConnectionPool;
import dev.signalbox.upstream.UpstreamOnLoop;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A copy of one request on its way to a second upstream. It waits until the request is complete, so
 * that it never holds back what the client sends; then it goes its own way, and its exchange hears
 * no more of it. Sent once, never repeated. Belongs to its exchange's loop.
 */
final class MirrorCopy extends TimerWheel.Timer implements ResponseEvents, ConnectionPool.Taker {
  private final Mirroring owner;
  private final RequestHead head;
  private final boolean setsHost;
  private final Loop loop;
  private final DownstreamConnection client;
  private @Nullable ByteBuf body;
  private @Nullable ConnectionPool pool;
  private @Nullable Runnable connecting;
  private @Nullable ClientStream stream;
  private boolean hasBegun;
  private boolean isOver;

  /**
   * @param head a copy
   * @param setsHost whether the head's host is asked for, whatever the upstream's own setting
   */
  MirrorCopy(
      Mirroring owner, RequestHead head, boolean setsHost, Loop loop, DownstreamConnection client) {
    this.client = client;
    this.owner = owner;
    this.head = head;
    this.setsHost = setsHost;
    this.loop = loop;
    head.headers().remove(KnownHeader.EXPECT); // the body is here already
  }

  // --- while the request comes ---

  /** Takes a copy of a part of the body; the part stays the caller's. */
  void add(ByteBuf part) {
    if (isOver || hasBegun) {
      return;
    }
    int size = body == null ? 0 : body.readableBytes();
    if (size + part.readableBytes() > owner.maxBody()) {
      end(End.DROPPED);
      return;
    }
    if (body == null) {
      body = loop.allocator().directBuffer(part.readableBytes());
    }
    body.writeBytes(part, part.readerIndex(), part.readableBytes());
  }

  /** The exchange is over; a request that never was complete is not copied. */
  void abandon() {
    if (!hasBegun && head.bodyLength() != 0) {
      end(End.DROPPED);
    }
  }

  /** The request is complete: off it goes. */
  void send() {
    if (isOver || hasBegun) {
      return;
    }
    hasBegun = true;
    loop.arm(this, owner.timeoutNanos());
    UpstreamOnLoop upstream = owner.upstream().on(loop);
    int picked = upstream.pick(Balancer.Pick.FIRST);
    if (picked == Balancer.NONE) {
      end(End.FAILED);
      return;
    }
    ConnectionPool chosen = upstream.pool(picked);
    pool = chosen;
    chosen.begin();
    ClientConnection idle = chosen.take(client);
    if (idle != null) {
      open(chosen, idle);
    } else {
      connecting = chosen.connect(owner.connectNanos(), this);
    }
  }

  private void open(ConnectionPool chosen, ClientConnection connection) {
    byte[] authority = Attempt.authority(chosen, head, setsHost);
    ClientStream opened = connection.open(head, authority, owner.patience(), this);
    if (isOver) { // sending failed at once
      return;
    }
    stream = opened;
    if (head.bodyLength() != 0) {
      ByteBuf whole = body;
      body = null;
      if (whole != null) {
        opened.write(whole);
      }
      opened.end(null);
    }
    opened.flush();
  }

  @Override
  public DownstreamConnection client() {
    return client;
  }

  @Override
  public void onConnection(ClientConnection connection) {
    connecting = null;
    ConnectionPool chosen = pool;
    if (!isOver && chosen != null) {
      open(chosen, connection);
    }
  }

  @Override
  public void onNoConnection(Failure why) {
    connecting = null;
    end(End.FAILED);
  }

  // --- the answer, which nobody wants ---

  @Override
  public void onInterim(ResponseHead interim) {}

  @Override
  public void onHead(ResponseHead responseHead) {}

  @Override
  public void onData(ByteBuf data) {
    data.release();
  }

  @Override
  public void onReadComplete() {}

  @Override
  public void onWritable() {}

  @Override
  public void onEnd(@Nullable Headers trailers) {
    end(End.ANSWERED);
  }

  @Override
  public void onReset(Failure why) {
    end(End.FAILED);
  }

  @Override
  protected void onTimeout() {
    Runnable waiting = connecting;
    ClientStream opened = stream;
    if (end(End.FAILED)) {
      if (waiting != null) {
        waiting.run();
      }
      if (opened != null) {
        opened.reset(new Failure.TotalTimeout());
      }
    }
  }

  private boolean end(End how) {
    if (isOver) {
      return false;
    }
    isOver = true;
    loop.remove(this);
    if (body != null) {
      body.release();
      body = null;
    }
    if (pool != null) {
      pool.end();
    }
    owner.onEnd(loop, how);
    return true;
  }
}
