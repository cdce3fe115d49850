package dev.signalbox.http.h2;

import dev.signalbox.http.ClientConnection.Patience;
import dev.signalbox.http.ClientStream;
import dev.signalbox.http.Failure;
import dev.signalbox.http.Headers;
import dev.signalbox.http.HttpStream;
import dev.signalbox.http.RequestHead;
import dev.signalbox.http.ResponseEvents;
import dev.signalbox.http.ServerStream;
import dev.signalbox.http.StreamEvents;
import dev.signalbox.net.Loop;
import dev.signalbox.net.TimerWheel;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A switch of protocols that waits for the endpoint's settings: whether it takes one at all stands
 * there (RFC 8441 §3), and on a new connection they are still on their way. Then it is a stream
 * like any other. On its connection's loop.
 */
final class H2ClientUpgrade extends TimerWheel.Timer implements ClientStream {
  private final H2ClientConnection owner;
  private final RequestHead head;
  private final byte[] authority;
  private final Patience patience;
  private final ResponseEvents events;
  private @Nullable ClientStream stream;
  private boolean isOver;

  H2ClientUpgrade(
      H2ClientConnection owner,
      RequestHead head,
      byte[] authority,
      Patience patience,
      ResponseEvents events) {
    this.owner = owner;
    this.head = head;
    this.authority = authority;
    this.patience = patience;
    this.events = events;
  }

  void waitForSettings() {
    loop().arm(this, patience.responseNanos());
  }

  /** The settings are here. */
  void begin() {
    if (isOver) {
      return;
    }
    loop().remove(this);
    if (owner.hasRoom()) {
      stream = owner.begin(head, authority, patience, events);
    } else {
      fail(new Failure.UpstreamRefused(owner.endpoint(), "takes no more requests here", true));
    }
  }

  void fail(Failure why) {
    if (!isOver && stream == null) {
      isOver = true;
      loop().remove(this);
      events.onReset(why);
    }
  }

  @Override
  protected void onTimeout() {
    owner.forget(this);
    fail(new Failure.UpstreamTimeout(owner.endpoint(), "did not send its settings in time"));
  }

  @Override
  public Loop loop() {
    return owner.h2().loop();
  }

  @Override
  public void reset(Failure why) {
    if (stream != null) {
      stream.reset(why);
    } else if (!isOver) {
      isOver = true;
      loop().remove(this);
      owner.forget(this);
    }
  }

  @Override
  public HttpStream tunnel(StreamEvents tunnelEvents) {
    ClientStream switched = stream;
    if (switched == null) {
      throw new IllegalStateException("not sent yet");
    }
    return switched.tunnel(tunnelEvents);
  }

  // --- a request that switches has no body: nothing of this matters before it is sent ---

  @Override
  public void reading(boolean isWanted) {
    if (stream != null) {
      stream.reading(isWanted);
    }
  }

  @Override
  public boolean isWritable() {
    return stream != null && stream.isWritable();
  }

  @Override
  public void write(ByteBuf data) {
    data.release();
  }

  @Override
  public void end(@Nullable Headers trailers) {}

  @Override
  public void flush() {
    if (stream != null) {
      stream.flush();
    }
  }

  @Override
  public long pendingBytes() {
    return stream == null ? 0 : stream.pendingBytes();
  }

  @Override
  public boolean splice(ServerStream sink) {
    return false;
  }
}
