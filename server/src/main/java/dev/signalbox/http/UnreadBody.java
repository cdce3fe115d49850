package dev.signalbox.http;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Wants nothing of a request's body, and does nothing about its end. On the stream's loop. */
public class UnreadBody implements StreamEvents {
  @Override
  public final void onData(ByteBuf data) {
    data.release();
  }

  @Override
  public final void onEnd(@Nullable Headers trailers) {}

  @Override
  public final void onReadComplete() {}

  @Override
  public final void onWritable() {}

  @Override
  public void onReset(Failure why) {}
}
