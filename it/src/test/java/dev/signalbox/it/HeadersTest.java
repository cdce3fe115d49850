package dev.signalbox.it;

import static dev.signalbox.testkit.Step.respond;
import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.testkit.FakeOrigin;
import dev.signalbox.testkit.RawHttp1Client;
import dev.signalbox.testkit.ReceivedRequest;
import dev.signalbox.testkit.Script;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is said to the other side about the connection, the client and the way. */
@OnEachTransport
final class HeadersTest {
  private static final String TRUSTING = "trusted-proxies: [127.0.0.0/8, \"::1\"]";

  @RegisterExtension final Stage stage;
  private final FakeOrigin origin;

  HeadersTest(Machine machine) {
    stage = new Stage(machine);
    origin = stage.origin(Script.each(respond(200, "ok")));
  }

  /** What the origin receives of this request. */
  private ReceivedRequest received(String request) {
    return received(Config.to(origin), request);
  }

  private ReceivedRequest received(Config config, String request) {
    stage.start(config);
    assertThat(stage.client().exchange(request).status()).isEqualTo(200);
    return origin.requests().getFirst();
  }

  @Test
  void theHostIsPreserved() {
    var request = received("GET / HTTP/1.1\r\nhOST: Shop.Example:81\r\n\r\n");
    assertThat(request.header("Host")).isEqualToIgnoringCase("shop.example:81");
  }

  @Test
  void theHostIsTheEndpointsWhereItIsNotPreserved() {
    var request = received(Config.to(origin).upstream("preserve-host: false"), Wire.GET);
    assertThat(request.header("Host")).isEqualTo(origin.hostAndPort());
    assertThat(request.header("X-Forwarded-Host")).isEqualTo("shop.example");
  }

  @Test
  void anAbsoluteTargetNamesTheHost() {
    var request = received("GET http://real.example/a?b HTTP/1.1\r\nHost: other.example\r\n\r\n");
    assertThat(request.startLine()).isEqualTo("GET /a?b HTTP/1.1"); // RFC 9112 §3.2.2
    assertThat(request.header("Host")).isEqualTo("real.example");
    assertThat(request.header("X-Forwarded-Host")).isEqualTo("real.example");
  }

  @Test
  void anAsteriskStaysAnAsterisk() {
    var request = received(Wire.request("OPTIONS", "*"));
    assertThat(request.startLine()).isEqualTo("OPTIONS * HTTP/1.1");
  }

  @Test
  void hopByHopFieldsOfARequestAreNotForwarded() {
    var request =
        received(
            Wire.get(
                "/",
                "Connection: X-Secret, keep-alive, , Upgrade",
                "X-Secret: 1",
                "X-SECRET: 2",
                "Keep-Alive: timeout=5",
                "Proxy-Connection: keep-alive",
                "TE: trailers",
                "Upgrade: h2c",
                "HTTP2-Settings: AAMAAABk",
                "X-Kept: 1"));
    for (var gone :
        "Connection X-Secret Keep-Alive Proxy-Connection TE Upgrade HTTP2-Settings"
            .split(" ", -1)) {
      assertThat(request.headers(gone)).as(gone).isEmpty();
    }
    assertThat(request.header("X-Kept")).isEqualTo("1");
  }

  @Test
  void hopByHopFieldsOfAResponseAreNotForwarded() {
    stage.start(
        stage.origin(
            Script.each(
                respond(
                    Wire.head(
                        "HTTP/1.1 200 OK",
                        "Connection: X-Inner",
                        "X-Inner: 1",
                        "Keep-Alive: timeout=5",
                        "Proxy-Connection: keep-alive",
                        "Upgrade: h2c",
                        "Set-Cookie: a=1",
                        "Set-Cookie: b=2",
                        "Content-Length: 0")))));
    var response = stage.client().exchange(Wire.GET);
    for (var gone : "Connection X-Inner Keep-Alive Proxy-Connection Upgrade".split(" ", -1)) {
      assertThat(response.headers(gone)).as(gone).isEmpty();
    }
    assertThat(response.headers("Set-Cookie")).containsExactly("a=1", "b=2");
  }

  @Test
  void aConnectionFieldCannotRemoveTheFraming() {
    stage.start(origin);
    for (var name : "Host Content-Length Transfer-Encoding".split(" ", -1)) {
      assertThat(stage.client().exchange(Wire.get("/", "Connection: " + name)).status())
          .as(name)
          .isEqualTo(400);
    }
    assertThat(origin.accepted()).isZero();
  }

  @Test
  void whatAStrangerSaysAboutItselfIsReplaced() {
    var request =
        received(
            Wire.get(
                "/",
                "X-Forwarded-For: 10.0.0.1",
                "x-forwarded-for: 10.0.0.2",
                "X-Forwarded-Proto: https",
                "X-Forwarded-Host: bank.example",
                "X-Forwarded-Port: 443",
                "Forwarded: for=10.0.0.3"));
    assertThat(request.header("X-Forwarded-For")).isEqualTo("127.0.0.1");
    assertThat(request.header("X-Forwarded-Proto")).isEqualTo("http");
    assertThat(request.header("X-Forwarded-Host")).isEqualTo("shop.example");
    assertThat(request.header("X-Forwarded-Port")).isEqualTo(Integer.toString(stage.port()));
    assertThat(request.header("Forwarded")).isNull();
  }

  @Test
  void aTrustedProxyIsBelievedAndAppendedTo() {
    var request =
        received(
            Config.to(origin).listener(TRUSTING),
            Wire.get(
                "/",
                "X-Forwarded-For: 192.0.2.1",
                "X-Forwarded-For: 2001:db8::1",
                "X-Forwarded-Proto: https",
                "X-Forwarded-Host: bank.example",
                "X-Forwarded-Port: 443"));
    assertThat(request.header("X-Forwarded-For")).isEqualTo("192.0.2.1, 2001:db8::1, 127.0.0.1");
    assertThat(request.header("X-Forwarded-Proto")).isEqualTo("https");
    assertThat(request.header("X-Forwarded-Host")).isEqualTo("bank.example");
    assertThat(request.header("X-Forwarded-Port")).isEqualTo("443");
  }

  @Test
  void forwardedTellsTheSameInOneField() {
    var request =
        received(
            Config.to(origin).listener("forwarded: forwarded"),
            Wire.get("/", "Forwarded: for=10.0.0.3", "X-Forwarded-For: 10.0.0.1"));
    assertThat(request.header("Forwarded")).isEqualTo("for=127.0.0.1;host=shop.example;proto=http");
    assertThat(request.header("X-Forwarded-For")).isNull();
  }

  @Test
  void forwardedOfATrustedProxyIsAppendedTo() {
    var request =
        received(
            Config.to(origin).listener(TRUSTING + ", forwarded: both"),
            Wire.get("/", "Forwarded: for=\"[2001:db8::1]\";proto=https"));
    assertThat(request.header("Forwarded"))
        .isEqualTo("for=\"[2001:db8::1]\";proto=https, for=127.0.0.1;host=shop.example;proto=http");
    assertThat(request.header("X-Forwarded-For")).isEqualTo("127.0.0.1");
  }

  @Test
  void theFamilyThatIsNotWrittenDoesNotComeThroughATrustedProxy() {
    var request =
        received(
            Config.to(origin).listener(TRUSTING),
            Wire.get("/", "X-Forwarded-For: 192.0.2.1", "Forwarded: for=10.0.0.3", "forwarded: x"));
    assertThat(request.header("X-Forwarded-For")).isEqualTo("192.0.2.1, 127.0.0.1");
    assertThat(request.headers("Forwarded")).isEmpty();
  }

  @Test
  void norDoTheFourFieldsWhereForwardedIsWritten() {
    var request =
        received(
            Config.to(origin).listener(TRUSTING + ", forwarded: forwarded"),
            Wire.get(
                "/",
                "Forwarded: for=192.0.2.1",
                "X-Forwarded-For: 10.0.0.1",
                "X-Forwarded-Proto: https",
                "X-Forwarded-Host: bank.example",
                "X-Forwarded-Port: 443"));
    assertThat(request.header("Forwarded"))
        .isEqualTo("for=192.0.2.1, for=127.0.0.1;host=shop.example;proto=http");
    assertThat(request.raw()).doesNotContainIgnoringCase("X-Forwarded");
  }

  @Test
  void whereNothingIsWrittenATrustedProxysWordPasses() {
    var request =
        received(
            Config.to(origin).listener(TRUSTING + ", forwarded: none"),
            Wire.get("/", "X-Forwarded-For: 192.0.2.1", "Forwarded: for=192.0.2.1"));
    assertThat(request.header("X-Forwarded-For")).isEqualTo("192.0.2.1");
    assertThat(request.header("Forwarded")).isEqualTo("for=192.0.2.1");
  }

  @Test
  void nothingIsToldWhereNothingIsWanted() {
    var request =
        received(
            Config.to(origin).listener("forwarded: none, via: false"),
            Wire.get("/", "X-Forwarded-For: 10.0.0.1", "Forwarded: for=10.0.0.3"));
    assertThat(request.raw()).doesNotContainIgnoringCase("forwarded").doesNotContain("Via");
  }

  @Test
  void viaGrowsByOneHop() {
    var request = received(Wire.get("/", "Via: 1.0 fred"));
    assertThat(request.header("Via")).isEqualTo("1.0 fred, 1.1 signalbox"); // RFC 9110 §7.6.3
  }

  @Test
  void viaNamesTheVersionThatWasReceived() {
    var request = received("GET / HTTP/1.0\r\n\r\n");
    assertThat(request.header("Via")).isEqualTo("1.0 signalbox");
  }

  /** The loopback addresses that this machine has. */
  static Stream<String> loopbacks() {
    return Stream.of("127.0.0.1", "::1").filter(HeadersTest::isHere);
  }

  private static boolean isHere(String address) {
    try (var socket = new ServerSocket(0, 1, InetAddress.getByName(address))) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  @ParameterizedTest
  @MethodSource("loopbacks")
  void theClientsAddressIsToldInEveryFamily(String address) {
    boolean isV6 = address.indexOf(':') >= 0;
    stage.start(
        Config.to(origin)
            .bind(isV6 ? "[" + address + "]:0" : address + ":0")
            .listener("forwarded: both, " + TRUSTING));
    var client = stage.add(RawHttp1Client.connect(new InetSocketAddress(address, stage.port())));
    assertThat(client.exchange(Wire.get("/", "X-Forwarded-For: 192.0.2.1")).status())
        .isEqualTo(200);
    var request = origin.requests().getFirst();
    assertThat(request.header("X-Forwarded-For"))
        .isEqualTo("192.0.2.1, " + (isV6 ? "::1" : address));
    assertThat(request.header("Forwarded")).startsWith("for=" + (isV6 ? "\"[::1]\"" : address));
  }
}
