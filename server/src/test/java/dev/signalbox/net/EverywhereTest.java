package dev.signalbox.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A listener on every address hears whoever is able to reach this machine. */
class EverywhereTest {
  private static final class Accepts implements AcceptEvents {
    final LinkedTransferQueue<SocketAddress> remotes = new LinkedTransferQueue<>();

    @Override
    public void onAccepted(Connection connection) {
      remotes.add(connection.remoteAddress());
      connection.close();
    }

    @Override
    public void onAcceptPaused(IOException cause, Duration pause) {}
  }

  /** Those that this machine has; where IPv6 is switched off, only the one of IPv4. */
  private static List<InetAddress> loopbacks() throws IOException {
    return NetworkInterface.getByInetAddress(InetAddress.getByName("127.0.0.1"))
        .inetAddresses()
        .filter(InetAddress::isLoopbackAddress)
        .toList();
  }

  @ParameterizedTest
  @EnumSource(names = {"EPOLL", "NIO"})
  void everyFamilyIsHeardAndKnownByItsOwnAddress(Transport transport) throws Exception {
    var accepts = new Accepts();
    try (var loops = Loops.start(new LoopsConfig(transport, 2));
        var bound = loops.bind(BoundAddress.everywhere(0), 16, accepts)) {
      int port = ((InetSocketAddress) bound.localAddress()).getPort();
      for (InetAddress loopback : loopbacks()) {
        try (var _ = new Socket(loopback, port)) {
          var remote = (InetSocketAddress) accepts.remotes.poll(10, TimeUnit.SECONDS);

          assertThat(remote).isNotNull();
          assertThat(remote.getAddress().getAddress()).isEqualTo(loopback.getAddress());
          assertThat(remote.getAddress())
              .isInstanceOf(
                  loopback instanceof Inet6Address ? Inet6Address.class : Inet4Address.class);
        }
      }
    }
  }
}
