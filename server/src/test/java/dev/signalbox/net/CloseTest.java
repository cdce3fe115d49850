package dev.signalbox.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Connections that are closed while something else is under way, on real sockets. */
class CloseTest {
  private static final int PATIENCE_MILLIS = 10_000;

  /** Answers, and closes before the answer has left, as a handshake that is refused does. */
  private static final class AnswersAndCloses implements AcceptEvents {
    @Override
    public void onAccepted(Connection connection) {
      connection.start(
          new ConnectionEvents() {
            @Override
            public void onData(ByteBuf data) {
              data.release();
              connection.write(Unpooled.copiedBuffer("bye", StandardCharsets.US_ASCII));
              connection.flush();
              connection.close();
            }

            @Override
            public void onReadComplete() {}

            @Override
            public void onInputClosed() {}

            @Override
            public void onWritable() {}

            @Override
            public void onClosed(@Nullable IOException cause) {}
          });
    }

    @Override
    public void onAcceptPaused(IOException cause, Duration pause) {}
  }

  static Stream<Transport> transports() {
    return Stream.of(Transport.EPOLL, Transport.IO_URING, Transport.NIO).filter(CloseTest::works);
  }

  private static boolean works(Transport transport) {
    try (var loops = Loops.start(new LoopsConfig(transport, 1))) {
      return loops.transport() == transport;
    } catch (IllegalStateException e) {
      return false; // the message says why: it is none of this machine's
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void closeBehindAnAnswerEndsTheConnectionOfASilentPeer(Transport transport) throws IOException {
    try (var loops = Loops.start(new LoopsConfig(transport, 1));
        var bound = loops.bind(BoundAddress.everywhere(0), 16, new AnswersAndCloses())) {
      int port = ((InetSocketAddress) bound.localAddress()).getPort();
      for (int i = 0; i < 20; i++) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
          socket.setSoTimeout(PATIENCE_MILLIS);
          socket.getOutputStream().write('x');
          assertThat("bye")
              .startsWith(
                  new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII));
        }
      }
    }
  }
}
