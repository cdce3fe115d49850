package dev.signalbox.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Two sockets joined inside the kernel; what the HTTP layers make of it is tested in it/. */
class SpliceTest {
  private static final int BYTES = 3_000_000;

  /** Accepted connections, kept; what comes over them is not wanted. */
  private static final class Accepted implements AcceptEvents {
    final LinkedBlockingQueue<Connection> connections = new LinkedBlockingQueue<>();

    @Override
    public void onAccepted(Connection connection) {
      connections.add(connection);
    }

    @Override
    public void onAcceptPaused(IOException cause, Duration pause) {
      throw new IllegalStateException(cause);
    }
  }

  /** What a connection told. On its loop. */
  private static final class Told implements ConnectionEvents {
    final CompletableFuture<String> end = new CompletableFuture<>();
    final StringBuilder data = new StringBuilder();

    @Override
    public void onData(ByteBuf part) {
      data.append(part.toString(StandardCharsets.ISO_8859_1));
      part.release();
    }

    @Override
    public void onReadComplete() {}

    @Override
    public void onInputClosed() {
      end.complete("input closed");
    }

    @Override
    public void onWritable() {}

    @Override
    public void onClosed(@Nullable IOException cause) {
      end.complete("closed");
    }
  }

  private final Accepted accepted = new Accepted();

  private Connection accepted() throws InterruptedException {
    Connection connection = accepted.connections.poll(10, TimeUnit.SECONDS);
    assertThat(connection).isNotNull();
    return connection;
  }

  private static <T> T onLoop(Loop loop, Callable<T> work) throws Exception {
    var result = new CompletableFuture<T>();
    loop.execute(() -> {
      try {
        result.complete(work.call());
      } catch (Exception e) {
        result.completeExceptionally(e);
      }
    });
    return result.get(10, TimeUnit.SECONDS);
  }

  @Test
  void bytesPassFromOneSocketToTheOtherAndNoneBeyondTheNumber() throws Exception {
    try (var loops = Loops.start(new LoopsConfig(Transport.EPOLL, 1));
        var bound =
            loops.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16, accepted)) {
      int port = ((InetSocketAddress) bound.localAddress()).getPort();
      try (var sender = new Socket(InetAddress.getLoopbackAddress(), port)) {
        var source = accepted();
        try (var receiver = new Socket(InetAddress.getLoopbackAddress(), port)) {
          var sink = accepted();
          Loop loop = loops.all().getFirst();
          var told = new Told();
          var isThrough = new CountDownLatch(1);
          List<Long> parts = new ArrayList<>();
          boolean hasBegun =
              onLoop(
                  loop,
                  () -> {
                    source.start(told);
                    sink.start(new Told());
                    return source.splice(
                        sink,
                        BYTES,
                        (bytes, isDone) -> {
                          parts.add(bytes);
                          if (isDone) {
                            isThrough.countDown();
                          }
                        });
                  });
          assertThat(hasBegun).isTrue();
          var body = new byte[BYTES + 5];
          new Random(1).nextBytes(body);
          System.arraycopy(new byte[] {'a', 'f', 't', 'e', 'r'}, 0, body, BYTES, 5);
          Thread.ofVirtual()
              .start(() -> {
                try {
                  sender.getOutputStream().write(body);
                  sender.shutdownOutput();
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
              });
          receiver.setSoTimeout(10_000);
          assertThat(receiver.getInputStream().readNBytes(BYTES))
              .isEqualTo(Arrays.copyOf(body, BYTES));
          assertThat(isThrough.await(10, TimeUnit.SECONDS)).isTrue();
          assertThat(told.end.get(10, TimeUnit.SECONDS)).isEqualTo("input closed");
          long sum = onLoop(loop, () -> parts.stream().mapToLong(Long::longValue).sum());
          assertThat(sum).isEqualTo(BYTES);
          assertThat(onLoop(loop, told.data::toString)).isEqualTo("after");
          assertThat(onLoop(loop, sink::sentBytes)).isEqualTo(BYTES);
          onLoop(
              loop,
              () -> {
                source.close();
                sink.close();
                return true;
              });
        }
      }
    }
  }

  @Test
  void anEndBeforeTheNumberIsToldAsAlways() throws Exception {
    try (var loops = Loops.start(new LoopsConfig(Transport.EPOLL, 1));
        var bound =
            loops.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16, accepted)) {
      int port = ((InetSocketAddress) bound.localAddress()).getPort();
      try (var sender = new Socket(InetAddress.getLoopbackAddress(), port)) {
        var source = accepted();
        try (var receiver = new Socket(InetAddress.getLoopbackAddress(), port)) {
          var sink = accepted();
          Loop loop = loops.all().getFirst();
          var told = new Told();
          onLoop(
              loop,
              () -> {
                source.start(told);
                sink.start(new Told());
                return source.splice(sink, BYTES, (_, _) -> {});
              });
          sender.getOutputStream().write(new byte[1000]);
          sender.shutdownOutput();
          receiver.setSoTimeout(10_000);
          assertThat(receiver.getInputStream().readNBytes(1000)).hasSize(1000);
          assertThat(told.end.get(10, TimeUnit.SECONDS)).isEqualTo("input closed");
          // The sink is free again.
          onLoop(
              loop,
              () -> {
                sink.write(loop.allocator().directBuffer().writeByte('x'));
                sink.flush();
                source.close();
                sink.closeAfterFlush();
                return true;
              });
          assertThat(receiver.getInputStream().readAllBytes()).containsExactly('x');
        }
      }
    }
  }
}
