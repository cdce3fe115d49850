package dev.signalbox.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.config.Cidr;
import dev.signalbox.http.DownstreamConnection;
import dev.signalbox.http.ForwardedConfig;
import dev.signalbox.http.ForwardedConfig.Mode;
import dev.signalbox.http.RequestHead;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientAddressTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "192.0.2.1 | 9.9.9.9                        | 192.0.2.1",
        "10.0.0.1  | 9.9.9.9                        | 9.9.9.9",
        "10.0.0.1  | 1.1.1.1, 9.9.9.9, 10.0.0.2     | 9.9.9.9",
        "10.0.0.1  | 10.0.0.3, 10.0.0.2             | 10.0.0.3",
        "10.0.0.1  | 9.9.9.9:4711                   | 9.9.9.9",
        "10.0.0.1  | '[2001:db8::1]:80'             | 2001:db8:0:0:0:0:0:1",
        "10.0.0.1  | 2001:db8::1                    | 2001:db8:0:0:0:0:0:1",
        "10.0.0.1  | 9.9.9.9, unknown, 10.0.0.2     | 10.0.0.2",
        "10.0.0.1  | 9.9.9.9, , 10.0.0.2            | 10.0.0.2",
        "10.0.0.1  | evil.example.com               | 10.0.0.1",
        "10.0.0.1  | ''                             | 10.0.0.1",
      })
  void theNearestThatIsNotTrustedIsTheClient(String peer, String list, String expected)
      throws Exception {
    var head = new RequestHead();
    head.headers().add("X-Forwarded-For", list);
    assertThat(client(head, Mode.X_FORWARDED, inet(peer))).isEqualTo(expected);
  }

  @Test
  void linesAreOneList() throws Exception {
    var head = new RequestHead();
    head.headers().add("X-Forwarded-For", "9.9.9.9");
    head.headers().add("x-forwarded-for", "10.0.0.2");
    assertThat(client(head, Mode.BOTH, inet("10.0.0.1"))).isEqualTo("9.9.9.9");
  }

  @Test
  void forwardedIsReadWhereTheListenerWritesIt() throws Exception {
    var head = new RequestHead();
    head.headers().add("X-Forwarded-For", "1.1.1.1");
    head.headers().add("Forwarded", "for=9.9.9.9;proto=https, For=\"[2001:db8::1]:4711\"");
    assertThat(client(head, Mode.FORWARDED, inet("10.0.0.1"))).isEqualTo("2001:db8:0:0:0:0:0:1");
    assertThat(client(head, Mode.X_FORWARDED, inet("10.0.0.1"))).isEqualTo("1.1.1.1");
  }

  @Test
  void aUnixSocketHasNoAddress() throws Exception {
    assertThat(client(new RequestHead(), Mode.NONE, new DomainSocketAddress("/s"))).isEqualTo("");
  }

  private static SocketAddress inet(String address) throws UnknownHostException {
    return new InetSocketAddress(InetAddress.getByName(address), 1);
  }

  private static String client(RequestHead head, Mode mode, SocketAddress peer) {
    var config = new ForwardedConfig(mode, List.of(Cidr.parse("10.0.0.0/8")), false, false, true);
    var connection = new DownstreamConnection("web", config, peer, 80, null);
    var client = ClientAddress.of(head, connection);
    return client == null ? "" : client.getHostAddress();
  }
}
