package dev.signalbox.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Addresses that are files. */
class UnixSocketTest {
  @TempDir Path folder;

  private static final class Accepts implements AcceptEvents {
    final CompletableFuture<SocketAddress> remote = new CompletableFuture<>();

    @Override
    public void onAccepted(Connection connection) {
      remote.complete(connection.remoteAddress());
      connection.close();
    }

    @Override
    public void onAcceptPaused(IOException cause, Duration pause) {
      remote.completeExceptionally(cause);
    }
  }

  private Path path() {
    return folder.resolve("s");
  }

  private BoundAddress bind(Loops loops, AcceptEvents events) throws IOException {
    return loops.bind(new DomainSocketAddress(path().toString()), 16, events);
  }

  private SocketChannel connect() throws IOException {
    return SocketChannel.open(UnixDomainSocketAddress.of(path()));
  }

  @ParameterizedTest
  @EnumSource(names = {"EPOLL", "NIO"})
  void peersHaveNoInternetAddress(Transport transport) throws Exception {
    var accepts = new Accepts();
    try (var loops = Loops.start(new LoopsConfig(transport, 2));
        var bound = bind(loops, accepts);
        var _ = connect()) {
      assertThat(accepts.remote.get(10, TimeUnit.SECONDS)).isNotInstanceOf(InetSocketAddress.class);
      assertThat(bound.localAddress()).hasToString(path().toString());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"EPOLL", "NIO"})
  void socketOfARunningServerIsNotTaken(Transport transport) throws Exception {
    try (var loops = Loops.start(new LoopsConfig(transport, 1));
        var running = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      running.bind(UnixDomainSocketAddress.of(path()));

      assertThatThrownBy(() -> bind(loops, new Accepts()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("in use");
      assertThat(path()).exists();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"EPOLL", "NIO"})
  void socketThatADeadServerLeftIsTakenOver(Transport transport) throws Exception {
    try (var dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(path()));
    }
    assertThat(path()).exists();

    var accepts = new Accepts();
    try (var loops = Loops.start(new LoopsConfig(transport, 1));
        var _ = bind(loops, accepts);
        var _ = connect()) {
      assertThat(accepts.remote.get(10, TimeUnit.SECONDS)).isNotNull();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"EPOLL", "NIO"})
  void fileThatIsNoSocketIsLeftAlone(Transport transport) throws Exception {
    Files.writeString(path(), "precious");

    try (var loops = Loops.start(new LoopsConfig(transport, 1))) {
      assertThatThrownBy(() -> bind(loops, new Accepts()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("a file that is no socket");
    }
    assertThat(path()).hasContent("precious");
  }

  @ParameterizedTest
  @EnumSource(names = {"EPOLL", "NIO"})
  void socketIsGoneOnceItIsClosed(Transport transport) throws Exception {
    try (var loops = Loops.start(new LoopsConfig(transport, 1))) {
      bind(loops, new Accepts()).close();
    }

    assertThat(path()).doesNotExist();
  }
}
