package dev.signalbox.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.config.Address;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KnownHostsTest {
  private static KnownHosts bound(String bind, String address) {
    return KnownHosts.of(
        new AdminConfig(Address.parse(bind), List.of("lb1.internal")),
        new InetSocketAddress(InetAddress.ofLiteral(address), 9901));
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "127.0.0.1", "127.8.9.1", "[::1]", "lb1.internal"})
  void thisMachineIsKnownByItsNamesAndNumbers(String host) {
    assertThat(bound("127.0.0.1:9901", "127.0.0.1").knows(host)).isTrue();
    assertThat(bound("10.0.0.7:9901", "10.0.0.7").knows(host)).isTrue();
  }

  /** The page of such a name asks for that name, wherever it resolves to. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "",
        "0x7f000001",
        "7f000001.evil.example"
      })
  void aNameThatNobodyConfiguredIsNotKnown(String host) {
    assertThat(bound("127.0.0.1:9901", "127.0.0.1").knows(host)).isFalse();
    assertThat(bound(":9901", "0.0.0.0").knows(host)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.7", "[2001:db8::7]", "0.0.0.0"})
  void otherAddressesAreKnownOnlyWhereOtherMachinesCanConnect(String host) {
    assertThat(bound("127.0.0.1:9901", "127.0.0.1").knows(host)).isFalse();
    assertThat(bound(":9901", "0.0.0.0").knows(host)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1", "127.3.2.1"})
  void loopbackIsForThisMachine(String address) {
    assertThat(isForThisMachine(address)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::", "10.0.0.7", "2001:db8::7"})
  void everythingElseIsForOthers(String address) {
    assertThat(isForThisMachine(address)).isFalse();
    assertThat(KnownHosts.isForThisMachine(new DomainSocketAddress("/run/x.sock"))).isTrue();
  }

  private static boolean isForThisMachine(String address) {
    return KnownHosts.isForThisMachine(new InetSocketAddress(InetAddress.ofLiteral(address), 9901));
  }
}
