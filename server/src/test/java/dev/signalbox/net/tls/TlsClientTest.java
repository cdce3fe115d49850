package dev.signalbox.net.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.net.ConnectEvents;
import dev.signalbox.net.Connection;
import dev.signalbox.net.ConnectionEvents;
import dev.signalbox.net.FakeConnection;
import dev.signalbox.net.TestLoop;
import dev.signalbox.testkit.TestCertificate;
import dev.signalbox.testkit.TestCertificate.Kind;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The client's side against the server's, each with either engine, on connections of the test. */
@ParameterizedClass
@MethodSource("engines")
class TlsClientTest {
  private static final String LONG = "0123456789abcdef".repeat(20_000); // 320 KB

  private static final Duration WATCH = Duration.ofSeconds(2);

  @TempDir static Path folder;
  private static TestCertificate authority;
  private static TlsConfig shown;
  private static Path ca;

  /** Who speaks with whom. */
  record Engines(TlsIdentity.Engine client, TlsIdentity.Engine server) {}

  private final Engines engines;

  TlsClientTest(Engines engines) {
    this.engines = engines;
  }

  static Stream<Engines> engines() {
    return Stream.of(TlsIdentity.Engine.values())
        .flatMap(client ->
            Stream.of(TlsIdentity.Engine.values()).map(server -> new Engines(client, server)));
  }

  @BeforeAll
  static void makeCertificates() {
    authority = TestCertificate.authority("Root");
    shown = TlsWire.config(folder, authority.issue(Kind.EC, "inner.example", "10.0.0.7"));
    ca = Path.of(authority.writeAuthority(folder, "root.crt"));
  }

  private static TlsClientConfig config(String name) {
    return new TlsClientConfig(ca, name, List.of(), true, null, TlsVersion.TLS_1_2, WATCH);
  }

  /** Two ends and what each has heard. */
  private static final class Ends implements ConnectEvents, TlsEvents, AutoCloseable {
    final TestLoop loop = new TestLoop();
    final FakeConnection near = new FakeConnection(loop.loop());
    final FakeConnection far = new FakeConnection(loop.loop());
    final List<String> told = new ArrayList<>();
    final Heard client = new Heard();
    final Heard server = new Heard();
    @Nullable TlsConnection here;
    @Nullable TlsConnection there;
    Runnable cancel = () -> {};

    Ends(TlsClient from, TlsServer to) {
      TlsAcceptor.accept(far, to, TlsWire.TIMEOUT, this);
      cancel = from.connect(near, "10.0.0.7", 1, this);
    }

    /** Carries bytes to and fro, in pieces of that size; 0 for whole ones. */
    Ends carry(int cut) {
      for (int i = 0; i < 40; i++) {
        carry(near, far, cut);
        carry(far, near, cut);
      }
      return this;
    }

    private void carry(FakeConnection from, FakeConnection to, int cut) {
      byte[] bytes = from.sent().getBytes(StandardCharsets.ISO_8859_1);
      from.forgetSent();
      int size = cut == 0 ? Math.max(1, bytes.length) : cut;
      for (int at = 0; at < bytes.length; at += size) {
        to.receive(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + size)));
        loop.run();
      }
      loop.run();
    }

    TlsConnection secure() {
      if (here == null) {
        throw new AssertionError("no handshake: " + told);
      }
      return here;
    }

    TlsConnection accepted() {
      if (there == null) {
        throw new AssertionError("no handshake: " + told);
      }
      return there;
    }

    @Override
    public void onConnected(Connection connection) {
      told.add("connected");
      here = (TlsConnection) connection;
      connection.start(client);
    }

    @Override
    public void onConnectFailed(IOException cause) {
      told.add("failed: " + cause.getMessage());
    }

    @Override
    public void onSecure(TlsConnection connection) {
      there = connection;
      connection.start(server);
    }

    @Override
    public void onPlaintext(Connection plain) {
      throw new AssertionError("plain text");
    }

    @Override
    public void onFailed(String why) {
      told.add("server: " + why);
    }

    @Override
    public void close() {
      near.close();
      far.close();
      loop.run();
      loop.close();
    }
  }

  private static final class Heard implements ConnectionEvents {
    final StringBuilder text = new StringBuilder();
    final List<String> told = new ArrayList<>();

    @Override
    public void onData(ByteBuf data) {
      text.append(data.toString(StandardCharsets.ISO_8859_1));
      data.release();
    }

    @Override
    public void onReadComplete() {}

    @Override
    public void onInputClosed() {
      told.add("input closed");
    }

    @Override
    public void onWritable() {}

    @Override
    public void onClosed(@Nullable IOException cause) {
      told.add(cause == null ? "closed" : "closed: " + cause.getMessage());
    }
  }

  private interface Conversation {
    void on(Ends ends) throws IOException;
  }

  private TlsClient open(TlsClientConfig from) throws IOException {
    return TlsClient.open(
        "shop", from, List.of("h2", "http/1.1"), engines.client(), InstantSource.system());
  }

  private void between(TlsClientConfig from, TlsConfig to, Conversation conversation) {
    try (var client = open(from);
        var server = TlsWire.open("web", to, engines.server(), InstantSource.system());
        var ends = new Ends(client, server)) {
      conversation.on(ends);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 1000})
  void bytesComeThroughHoweverTheCiphertextIsCut(int cut) {
    between(
        config("inner.example"),
        shown,
        ends -> {
          ends.carry(cut).secure().write(Unpooled.copiedBuffer("hello", StandardCharsets.US_ASCII));
          ends.secure().flush();
          ends.carry(cut);
          assertThat(ends.server.text).hasToString("hello");
          assertThat(ends.secure().protocol()).isEqualTo("http/1.1");
          assertThat(ends.accepted().peer().serverName()).isEqualTo("inner.example");
          assertThat(ends.told).containsExactly("connected");
          assertThat(ends.near.heldBuffers()).isZero();
        });
  }

  @Test
  void longDataComesWholeBothWays() {
    between(
        config("inner.example"),
        shown,
        ends -> {
          ends.carry(0).secure().write(Unpooled.copiedBuffer(LONG, StandardCharsets.US_ASCII));
          ends.accepted().write(Unpooled.copiedBuffer(LONG, StandardCharsets.US_ASCII));
          ends.secure().flush();
          ends.accepted().flush();
          ends.carry(0);
          assertThat(ends.server.text).hasToString(LONG);
          assertThat(ends.client.text).hasToString(LONG);
        });
  }

  @Test
  void addressIsProvedByAnAddressAndNotAskedFor() {
    between(
        new TlsClientConfig(ca, null, List.of(), true, null, TlsVersion.TLS_1_2, WATCH),
        shown,
        ends -> {
          ends.carry(0).secure();
          assertThat(ends.accepted().peer().serverName()).isNull(); // RFC 6066 §3
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"other.example", "10.0.0.8", "x.inner.example", "example"})
  void anotherNameIsNotBelieved(String name) {
    between(
        config(name),
        shown,
        ends -> {
          ends.carry(0);
          assertThat(ends.told)
              .contains(
                  "failed: TLS: the certificate is for inner.example, 10.0.0.7, not for " + name)
              .doesNotContain("connected");
        });
  }

  @Test
  void addressIsNeverProvedByAWildcard() throws IOException {
    var wild =
        TlsWire.config(
            Files.createTempDirectory(folder, "wild"), authority.issue(Kind.EC, "*.0.0.9"));
    between(
        config("10.0.0.9"),
        wild,
        ends -> {
          ends.carry(0);
          assertThat(ends.told)
              .contains("failed: TLS: the certificate is for *.0.0.9, not for 10.0.0.9");
        });
  }

  @Test
  void silentServerIsGivenUpWithoutAWord() {
    between(
        config("inner.example"),
        shown,
        ends -> {
          ends.cancel.run();
          ends.loop.run();
          assertThat(ends.near.end()).isEqualTo(FakeConnection.End.CLOSED);
          assertThat(ends.told).doesNotContain("connected").noneMatch(l -> l.startsWith("failed"));
        });
  }

  @Test
  void closeSaysCloseNotify() {
    between(
        config("inner.example"),
        shown,
        ends -> {
          ends.carry(0).secure().close();
          assertThat(ends.client.told).containsExactly("closed");
          ends.carry(0);
          assertThat(ends.server.told).containsExactly("input closed", "closed");
        });
  }

  // --- files that change ---

  /** Whether that endpoint is believed now; what is said once its handshake is over. */
  private static String told(TlsClient client, TlsServer server) {
    try (var ends = new Ends(client, server)) {
      return String.join(" ", ends.carry(0).told);
    }
  }

  @Test
  void changedAuthoritiesCountFromTheNextHandshakeOnAndBrokenOnesChangeNothing()
      throws IOException {
    var other = TestCertificate.authority("Other");
    var file = Path.of(authority.writeAuthority(folder, "changing.crt"));
    var config =
        new TlsClientConfig(
            file, "inner.example", List.of(), true, null, TlsVersion.TLS_1_2, WATCH);
    try (var client = open(config);
        var server = TlsWire.open("web", shown, engines.server(), InstantSource.system());
        var ends = new Ends(client, server)) {
      ends.carry(0).secure();
      assertThat(told(client, server)).as("with a session").isEqualTo("connected");
      other.writeAuthority(folder, "changing.crt");
      assertThat(told(client, server)).as("nobody has looked").isEqualTo("connected");
      client.keeper().look(true);
      assertThat(told(client, server)).contains("issuer CN=Root is none of the authorities");
      ends.secure().write(Unpooled.copiedBuffer("hello", StandardCharsets.US_ASCII));
      ends.secure().flush();
      assertThat(ends.carry(0).server.text).as("what is open goes on").hasToString("hello");
      authority.writeAuthority(folder, "changing.crt");
      client.keeper().look(true);
      assertThat(told(client, server)).isEqualTo("connected");
      Files.writeString(file, "nothing");
      client.keeper().look(true);
      client.keeper().look(true);
      assertThat(told(client, server)).isEqualTo("connected");
      other.writeAuthority(folder, "changing.crt");
      client.keeper().look(false);
      assertThat(told(client, server)).as("looking is not wanted").isEqualTo("connected");
    }
  }

  @Test
  void changedCertificateIsShownFromTheNextHandshakeOnAndHalfAPairChangesNothing()
      throws IOException {
    var settings =
        "client-certificate: required, ca: '" + authority.writeAuthority(folder, "asks.crt") + "'";
    var asking =
        TlsWire.config(
            settings,
            Files.createTempDirectory(folder, "asking"),
            authority.issue(Kind.EC, "inner.example"));
    authority.issue(Kind.EC, "first").write(folder, "box");
    var pair = new TlsConfig.Files(folder.resolve("box.crt"), folder.resolve("box.key"));
    var config =
        new TlsClientConfig(ca, "inner.example", List.of(), true, pair, TlsVersion.TLS_1_2, WATCH);
    try (var client = open(config);
        var server = TlsWire.open("web", asking, engines.server(), InstantSource.system())) {
      assertThat(client(client, server)).isEqualTo("CN=first");
      var second = authority.issue(Kind.EC, "second");
      Files.writeString(pair.cert(), second.chainPem());
      client.keeper().look(true);
      client.keeper().look(true);
      assertThat(client(client, server)).isEqualTo("CN=first");
      Files.writeString(pair.key(), second.keyPem());
      client.keeper().look(true);
      assertThat(client(client, server)).isEqualTo("CN=second");
    }
  }

  /** As whom the server knows the client. */
  private static String client(TlsClient client, TlsServer server) {
    try (var ends = new Ends(client, server)) {
      ends.carry(0).secure();
      return Objects.requireNonNull(ends.accepted().peer().client()).subject();
    }
  }
}
