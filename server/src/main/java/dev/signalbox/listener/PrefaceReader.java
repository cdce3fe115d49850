package dev.signalbox.listener;

import dev.signalbox.http.Ascii;
import dev.signalbox.http.DownstreamConnection;
import dev.signalbox.http.Failure;
import dev.signalbox.http.ServerConnection;
import dev.signalbox.http.h1.H1ServerConnection;
import dev.signalbox.net.Connection;
import dev.signalbox.net.ConnectionEvents;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A plain connection until its first bytes tell which version the client speaks (RFC 9113 §3.3): a
 * byte or two for HTTP/1, and then it is gone. On the connection's loop.
 */
final class PrefaceReader extends ServerConnection implements ConnectionEvents {
  /** What no request of HTTP/1 begins with. */
  private static final byte[] PREFACE = Ascii.bytes("PRI * HTTP/2.0\r\n");

  private final Openers openers;
  private final Connection connection;
  private final DownstreamConnection downstream;
  private final Connections owner;
  private int count; // bytes of the preface that have come

  PrefaceReader(
      Openers openers, Connection connection, DownstreamConnection downstream, Connections owner) {
    this.openers = openers;
    this.connection = connection;
    this.downstream = downstream;
    this.owner = owner;
  }

  void start(Duration headTime) {
    connection.loop().arm(this, headTime.toNanos());
    connection.start(this);
  }

  @Override
  public void onData(ByteBuf data) {
    int before = count;
    int at = data.readerIndex();
    while (count < PREFACE.length && at < data.writerIndex()) {
      if (data.getByte(at++) != PREFACE[count]) {
        toH1(withFirst(before, data));
        return;
      }
      count++;
    }
    if (count == PREFACE.length) {
      long left = leave();
      openers.h2(connection, downstream, owner).start(withFirst(before, data), left);
    } else {
      data.release();
    }
  }

  /** The bytes with those before them, which are known. */
  private ByteBuf withFirst(int before, ByteBuf data) {
    if (before == 0) {
      return data;
    }
    ByteBuf all = connection.loop().allocator().directBuffer(before + data.readableBytes());
    all.writeBytes(PREFACE, 0, before).writeBytes(data);
    data.release();
    return all;
  }

  private H1ServerConnection toH1(ByteBuf first) {
    long left = leave();
    H1ServerConnection server = openers.h1(connection, downstream, owner);
    server.start(first, left);
    return server;
  }

  /** It goes on as another; returns what is left of the time for the first head. */
  private long leave() {
    long left = isArmed() ? deadline() - connection.loop().nanoTime() : 1;
    connection.loop().remove(this);
    owner.remove(this);
    return left;
  }

  private ByteBuf first() {
    return connection.loop().allocator().directBuffer(PREFACE.length).writeBytes(PREFACE, 0, count);
  }

  @Override
  public void drain() {
    if (count == 0) {
      connection.close(); // nobody has asked for anything
    } else {
      toH1(first()).drain();
    }
  }

  @Override
  public void abort(Failure why) {
    connection.close();
  }

  @Override
  public SocketAddress remoteAddress() {
    return connection.remoteAddress();
  }

  @Override
  protected void onTimeout() {
    if (count == 0) {
      connection.close();
    } else {
      toH1(first()); // which says that it took too long
    }
  }

  @Override
  public void onReadComplete() {}

  @Override
  public void onInputClosed() {
    connection.close();
  }

  @Override
  public void onWritable() {}

  @Override
  public void onClosed(@Nullable IOException cause) {
    connection.loop().remove(this);
    owner.onClosed(this);
  }
}
