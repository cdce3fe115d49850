package dev.signalbox.net.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.net.FakeConnection;
import dev.signalbox.net.ReusableBuffer;
import dev.signalbox.testkit.TestCertificate;
import dev.signalbox.testkit.TestCertificate.Kind;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract of a connection, kept by TLS with either engine, whatever the peer does. */
@ParameterizedClass
@EnumSource(TlsIdentity.Engine.class)
class TlsConnectionTest {
  private static final String LONG = "0123456789abcdef".repeat(20_000); // 320 KB

  @TempDir static Path folder;
  private static TestCertificate authority;
  private static TlsConfig config;

  private final TlsIdentity.Engine engine;

  TlsConnectionTest(TlsIdentity.Engine engine) {
    this.engine = engine;
  }

  @BeforeAll
  static void makeCertificates() {
    authority = TestCertificate.authority("Test Root");
    config = TlsWire.config(folder, authority.issue(Kind.EC, "shop.example"));
  }

  private TlsWire wire() {
    return new TlsWire(engine, authority, config, "shop.example");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 5, 7, 100, 1000})
  void bytesComeThroughHoweverTheCiphertextIsCut(int cut) {
    try (var wire = wire().handshake(cut)) {
      wire.give(wire.clientSays("hello, server"), cut);
      wire.secure().write(Unpooled.copiedBuffer("hello, client", StandardCharsets.ISO_8859_1));
      wire.secure().flush();
      wire.clientReads();
      assertThat(wire.received).hasToString("hello, server");
      assertThat(wire.clientReceived).hasToString("hello, client");
      assertThat(wire.secure().peer().serverName()).isEqualTo("shop.example");
      assertThat(wire.secure().protocol()).isEqualTo("http/1.1");
      assertThat(wire.told).containsExactly("secure");
      assertThat(wire.below.heldBuffers()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void bothVersionsAreSpoken(String version) {
    try (var wire = wire()) {
      wire.client.setEnabledProtocols(new String[] {version});
      wire.handshake(0).give(wire.clientSays("hello"), 0);
      assertThat(wire.received).hasToString("hello");
      assertThat(wire.client.getSession().getProtocol()).isEqualTo(version);
    }
  }

  @Test
  void dataRightBehindTheHandshakeIsNotLost() {
    try (var wire = wire()) {
      wire.client.setEnabledProtocols(new String[] {"TLSv1.3"});
      wire.give(wire.clientSays(""), 0);
      var last = new ByteArrayOutputStream();
      for (int i = 0; i < 9; i++) {
        wire.clientReads();
        last.writeBytes(wire.clientSays(""));
      }
      last.writeBytes(wire.clientSays("hello"));
      wire.give(last.toByteArray(), 0);
      assertThat(wire.received).hasToString("hello");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1000, 16_000})
  void longDataComesWholeBothWays(int cut) {
    try (var wire = wire().handshake(0)) {
      wire.give(wire.clientSays(LONG), cut);
      wire.secure().write(Unpooled.copiedBuffer(LONG, StandardCharsets.ISO_8859_1));
      wire.secure().flush();
      wire.clientReads();
      assertThat(wire.received).hasToString(LONG);
      assertThat(wire.clientReceived).hasToString(LONG);
      assertThat(wire.secure().pendingBytes()).isZero();
    }
  }

  @Test
  void nothingIsDeliveredWhileNobodyReads() {
    try (var wire = wire().handshake(0)) {
      byte[] data = wire.clientSays(LONG);
      wire.onEachData = () -> wire.secure().reading(false);
      wire.give(data, 0);
      int first = wire.received.length();
      assertThat(first).isBetween(1, ReusableBuffer.READ_SIZE);
      assertThat(wire.below.isReading()).isFalse();
      int resumed = 0;
      while (wire.received.length() < LONG.length() && resumed++ < 100) {
        wire.secure().reading(true);
        wire.loop.run();
      }
      assertThat(wire.received).hasToString(LONG);
    }
  }

  @Test
  void writersAreHeldBackWhileThePeerTakesNothing() {
    try (var wire = wire().handshake(0)) {
      wire.below.stalled(true);
      int written = 0;
      while (wire.secure().isWritable()) {
        wire.secure().write(Unpooled.wrappedBuffer(new byte[16 * 1024]));
        wire.secure().flush();
        written += 16 * 1024;
        assertThat(written).isLessThan(1_000_000);
      }
      assertThat(wire.secure().pendingBytes()).isGreaterThanOrEqualTo(written);
      assertThat(wire.told).doesNotContain("writable");
      wire.below.stalled(false);
      assertThat(wire.secure().isWritable()).isTrue();
      assertThat(wire.told).contains("writable");
      wire.clientReads();
      assertThat(wire.clientReceived).hasSize(written);
    }
  }

  @Test
  void orderlyEndSaysCloseNotifyBehindTheData() {
    try (var wire = wire().handshake(0)) {
      wire.secure().write(Unpooled.copiedBuffer(LONG, StandardCharsets.ISO_8859_1));
      wire.secure().closeAfterFlush();
      wire.clientReads();
      assertThat(wire.clientReceived).hasToString(LONG);
      assertThat(wire.client.isInboundDone()).isTrue();
      assertThat(wire.below.end()).isEqualTo(FakeConnection.End.CLOSED);
      assertThat(wire.told).containsExactly("secure", "closed");
    }
  }

  @Test
  void endOfTheOutputSaysCloseNotifyAndGoesOnReading() {
    try (var wire = wire().handshake(0)) {
      wire.secure().shutdownOutput();
      assertThat(wire.below.isOutputShut()).isTrue();
      wire.give(wire.clientSays("late"), 0);
      assertThat(wire.received).hasToString("late");
      assertThat(wire.told).doesNotContain("closed");
    }
  }

  @Test
  void closeNotifyOfThePeerIsAProperEnd() {
    try (var wire = wire().handshake(0)) {
      wire.client.closeOutbound();
      wire.give(wire.clientSays(""), 0);
      assertThat(wire.told).containsExactly("secure", "input closed", "closed");
    }
  }

  @Test
  void endWithoutCloseNotifyIsBroken() {
    try (var wire = wire().handshake(0)) {
      wire.give(wire.clientSays("half of it"), 0);
      wire.below.receiveEnd();
      assertThat(wire.received).hasToString("half of it");
      assertThat(wire.told).containsExactly("secure", "closed: ended without close_notify");
    }
  }

  @Test
  void brokenRecordEndsTheConnectionWithAnAlert() {
    try (var wire = wire().handshake(0)) {
      byte[] data = wire.clientSays("hello");
      data[data.length - 1] ^= 1;
      wire.give(data, 0);
      assertThat(wire.received).isEmpty();
      assertThat(wire.below.sent()).isNotEmpty();
      assertThat(wire.told).hasSize(2).last().asString().startsWith("closed: TLS: ");
    }
  }

  @Test
  void renegotiationIsRefused() throws SSLException {
    try (var wire = wire()) {
      wire.client.setEnabledProtocols(new String[] {"TLSv1.2"});
      wire.handshake(0);
      wire.client.beginHandshake();
      wire.give(wire.clientSays(""), 0);
      wire.clientReads();
      boolean isAgreed = wire.client.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
      assertThat(isAgreed && wire.below.end() == FakeConnection.End.OPEN)
          .as("a second handshake on an open connection; told %s", wire.told)
          .isFalse();
    }
  }

  @Test
  void resetIsAResetBelow() {
    try (var wire = wire().handshake(0)) {
      wire.secure().reset();
      assertThat(wire.below.end()).isEqualTo(FakeConnection.End.RESET);
    }
  }

  @Test
  void idleConnectionHoldsNoBuffer() {
    try (var wire = wire().handshake(0)) {
      wire.give(wire.clientSays("hello"), 3);
      assertThat(wire.below.heldBuffers()).isZero();
      assertThat(wire.secure().pendingBytes()).isZero();
    }
  }

  @Test
  void closeInTheMiddleOfADeliveryIsTheEnd() {
    try (var wire = wire().handshake(0)) {
      byte[] data = wire.clientSays(LONG);
      wire.onEachData = () -> wire.secure().close();
      wire.give(data, 0);
      assertThat(wire.told).containsExactly("secure", "closed");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET / HTTP/1.1, plaintext",
    "hello, failed: no TLS",
    "'', failed: closed before the handshake"
  })
  void whatIsNoTlsIsToldApart(String text, String told) {
    try (var wire = wire()) {
      wire.give(text.getBytes(StandardCharsets.ISO_8859_1), 0);
      wire.below.receiveEnd();
      wire.below.close();
      assertThat(wire.told).first().isEqualTo(told);
    }
  }

  @Test
  void garbageInARecordIsAnsweredWithAnAlert() {
    try (var wire = wire()) {
      wire.give(new byte[] {22, 3, 1, 0, 5, 2, 0, 0, 1, 0}, 0);
      assertThat(wire.below.sent()).hasSize(7).startsWith("\u0015\u0003\u0003");
      assertThat(wire.told).containsExactly("failed: a first message that is no ClientHello");
    }
  }

  @Test
  void brokenHelloFailsInTheEngine() {
    try (var wire = wire()) {
      byte[] hello = wire.clientSays("");
      hello[9] = 9; // the version within the hello
      hello[10] = 9;
      wire.give(hello, 0);
      wire.clientReads();
      assertThat(wire.below.end()).isNotNull();
      assertThat(wire.below.heldBuffers()).isZero();
    }
  }

  @Test
  void protocolThatNobodySpeaksIsRefused() {
    try (var wire = wire()) {
      var parameters = wire.client.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"smtp"});
      wire.client.setSSLParameters(parameters);
      wire.give(wire.clientSays(""), 0);
      assertThat(wire.told).containsExactly("failed: no common protocol; the client offers [smtp]");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 30, 300})
  void handshakeHasItsTime(int bytes) {
    try (var wire = wire()) {
      byte[] hello = wire.clientSays("");
      wire.give(java.util.Arrays.copyOf(hello, Math.min(bytes, hello.length)), 1);
      wire.loop.advancePast(TlsWire.TIMEOUT);
      assertThat(wire.told).containsExactly("failed: the handshake took too long");
      assertThat(wire.below.end()).isEqualTo(FakeConnection.End.CLOSED);
    }
  }

  @Test
  void peerThatTakesNoAlertCantHoldTheConnectionOpen() {
    try (var wire = wire().handshake(0)) {
      byte[] data = wire.clientSays("hello");
      data[data.length - 1] ^= 1;
      wire.below.stalled(true);
      wire.give(data, 0);
      assertThat(wire.below.end()).isEqualTo(FakeConnection.End.OPEN);
      wire.loop.advancePast(Duration.ofSeconds(5));
      assertThat(wire.below.end()).isEqualTo(FakeConnection.End.CLOSED);
    }
  }
}
