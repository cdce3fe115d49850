package dev.signalbox.it;

import static dev.signalbox.testkit.Step.respond;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.signalbox.Signalbox;
import dev.signalbox.StartupException;
import dev.signalbox.cli.SignalboxCommand;
import dev.signalbox.cli.Terminal;
import dev.signalbox.testkit.RawHttp1Client;
import dev.signalbox.testkit.RawResponse;
import dev.signalbox.testkit.Script;
import dev.signalbox.testkit.Signal;
import dev.signalbox.testkit.TestCertificate;
import dev.signalbox.testkit.TestCertificate.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What operators are told by a server that runs, and whom it tells. */
@OnTwoLoops
final class AdminTest {
  private static final String ADMIN = "admin: { bind: \"127.0.0.1:0\" }\n";
  private static final String LISTENERS =
      """
      listeners: { web: { bind: "127.0.0.1:0" } }
      routes: [{ name: all, respond: 204 }]
      """;

  @TempDir Path folder;
  @RegisterExtension final Stage stage;

  AdminTest(Machine machine) {
    stage = new Stage(machine);
  }

  private RawHttp1Client operator() {
    return stage.add(RawHttp1Client.connect(bound().port()));
  }

  private Signalbox.Bound bound() {
    var admin = stage.signalbox().admin();
    assertThat(admin).isNotNull();
    return admin;
  }

  private static String get(String target, String... fields) {
    var lines = new StringBuilder();
    for (var field : fields) {
      lines.append(field).append("\r\n");
    }
    return "GET " + target + " HTTP/1.1\r\nHost: localhost:9901\r\n" + lines + "\r\n";
  }

  private RawResponse ask(String target, String... fields) {
    return operator().exchange(get(target, fields));
  }

  /** A listener that shows two certificates, and an address for operators. */
  private void startWithCertificates() {
    var root = TestCertificate.authority("Test Root");
    var yesterday = Instant.now().minus(Duration.ofHours(1));
    var soon = root.issue(Kind.EC, yesterday, 12, "shop.example", "www.shop.example");
    var late = root.issue(Kind.RSA, yesterday, 300, "api.example");
    stage.start(
        ADMIN
            + "listeners: { secure: { bind: \"127.0.0.1:0\", tls: { certificates: ["
            + late.write(folder, "late")
            + ", "
            + soon.write(folder, "soon")
            + "] } } }\nroutes: [{ name: all, respond: 204 }]");
  }

  @Test
  void metricsTellWhenCertificatesExpire() {
    startWithCertificates();
    var response = ask("/metrics");
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.header("Content-Type"))
        .isEqualTo("text/plain; version=0.0.4; charset=utf-8");
    assertThat(response.body().lines())
        .contains(
            "signalbox_certificate_days_left{file=\""
                + folder.resolve("soon.crt")
                + "\",key_type=\"ECDSA\",listener=\"secure\",name=\"shop.example\"} 11.0",
            "signalbox_certificate_days_left{file=\""
                + folder.resolve("late.crt")
                + "\",key_type=\"RSA\",listener=\"secure\",name=\"api.example\"} 299.0",
            "signalbox_findings 1.0");
  }

  @Test
  void statusShowsTheSoonestToExpireFirstAndEndsInOneForFindings() {
    startWithCertificates();
    var shown = new Shown();
    assertThat(shown.run("status", "--admin", bound().address())).isEqualTo(1);
    assertThat(shown.text())
        .startsWith("Signalbox ")
        .contains("1 finding\n! certificate shop.example (ECDSA) of listener secure expires in 11 ")
        .containsSubsequence("Certificates", "! shop.example +1", "  api.example")
        .contains("Listeners", "  secure");
    assertThat(shown.text().lines())
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    assertThat(shown.errors()).isEmpty();
  }

  @Test
  void statusForMachinesIsWhatTheAddressGives() {
    stage.start(ADMIN + LISTENERS);
    var response = ask("/status");
    assertThat(response.header("Content-Type")).isEqualTo("application/json");
    assertThat(response.header("Cache-Control")).isEqualTo("no-store");
    assertThat(response.header("Signalbox-Findings")).isEqualTo("0");
    assertThat(response.body())
        .contains("\"loops\": " + stage.machine().loops(), "\"findings\": []", "\"name\": \"web\"");
    var shown = new Shown();
    assertThat(shown.run("status", "--json", "--admin", bound().address())).isZero();
    assertThat(withoutTimes(shown.text())).isEqualTo(withoutTimes(response.body()));
  }

  private static String withoutTimes(String json) {
    return json.replaceAll("\"(uptime-seconds|buffer-bytes|connections)\": \\d+", "\"$1\": 0");
  }

  @Test
  void countsAreThoseOfTheMoment() throws InterruptedException {
    var isAsked = new Signal();
    var mayAnswer = new Signal();
    var origin =
        stage.origin(
            Script.of((connection, request) -> {
              isAsked.give();
              mayAnswer.await();
              respond(200, "late").play(connection, request);
            }));
    stage.start(ADMIN + Config.to(origin).text());
    var client = stage.client().send(Wire.GET);
    isAsked.await();
    var labels = "{endpoint=\"" + origin.hostAndPort() + "\",upstream=\"shop\"} ";
    assertThat(ask("/metrics").body().lines())
        .contains(
            "signalbox_listener_connections{listener=\"web\"} 1.0",
            "signalbox_listener_max_connections{listener=\"web\"} 10000.0",
            "signalbox_endpoint_requests_in_flight" + labels + "1.0",
            "signalbox_endpoint_requests_waiting" + labels + "0.0",
            "signalbox_endpoint_connections" + labels + "1.0");
    mayAnswer.give();
    assertThat(client.readResponse().body()).isEqualTo("late");
    assertThat(ask("/metrics").body().lines())
        .contains(
            "signalbox_endpoint_requests_in_flight" + labels + "0.0",
            "signalbox_endpoint_connections" + labels + "1.0");
  }

  @Test
  void oneConnectionIsAskedAgainAndAgain() {
    stage.start(ADMIN + LISTENERS);
    var operator = operator();
    for (int i = 0; i < 3; i++) {
      assertThat(operator.exchange(get("/metrics")).status()).isEqualTo(200);
    }
    operator.send(get("/status") + get("/metrics"));
    assertThat(operator.readResponse().body()).startsWith("{");
    assertThat(operator.readResponse().body()).startsWith("# HELP");
  }

  @Test
  void headHasTheHeadOfGet() {
    stage.start(ADMIN + LISTENERS);
    var operator = operator();
    operator.send(get("/metrics").replace("GET", "HEAD"));
    var response = operator.readResponse("HEAD");
    assertThat(response.status()).isEqualTo(200);
    assertThat(Integer.parseInt(response.header("Content-Length"))).isGreaterThan(500);
    assertThat(operator.exchange(get("/status")).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"})
  void nothingCanBeChanged(String method) {
    stage.start(ADMIN + LISTENERS);
    var response = operator().exchange(get("/status").replace("GET", method));
    assertThat(response.status()).isEqualTo(405);
    assertThat(response.header("Allow")).isEqualTo("GET, HEAD");
  }

  /** A page of that name can have the name resolve to this machine, and then read the answers. */
  @ParameterizedTest
  @ValueSource(strings = {"evil.example", "evil.example:9901", "10.0.0.7", "127.0.0.1.nip.example"})
  void foreignHostsAreToldNothing(String host) {
    stage.start(ADMIN + LISTENERS);
    var response = operator().exchange(get("/status").replace("localhost:9901", host));
    assertThat(response.status()).isEqualTo(403);
    assertThat(response.body()).contains("admin: hosts").doesNotContain("version");
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "127.0.0.1:9901", "[::1]:9901", "LOCALHOST", "lb1.internal"})
  void namesOfThisMachineAreTold(String host) {
    stage.start("admin: { bind: \"127.0.0.1:0\", hosts: [lb1.internal] }\n" + LISTENERS);
    assertThat(operator().exchange(get("/status").replace("localhost:9901", host)).status())
        .isEqualTo(200);
  }

  @Test
  void noOtherSiteMayReadIt() {
    stage.start(ADMIN + LISTENERS);
    var response = ask("/status", "Origin: https://evil.example");
    assertThat(response.headers("Access-Control-Allow-Origin")).isEmpty();
    assertThat(response.header("X-Content-Type-Options")).isEqualTo("nosniff");
  }

  @Test
  void whatIsNotThereSaysWhatIs() {
    stage.start(ADMIN + LISTENERS);
    assertThat(ask("/").status()).isEqualTo(404);
    assertThat(ask("/metrics/x").body()).contains("/metrics", "/status");
    assertThat(ask("/metrics?name=x").status()).isEqualTo(200);
  }

  @Test
  void whatIsTooLongIsRefused() {
    stage.start(ADMIN + LISTENERS);
    assertThat(ask("/" + "x".repeat(1024)).status()).isEqualTo(414);
    assertThat(ask("/status", "X: " + "x".repeat(8192)).status()).isEqualTo(431);
    assertThat(ask("/status", "Content-Length: 2000").status()).isEqualTo(413);
    assertThat(ask("/status").status()).isEqualTo(200);
  }

  @Test
  void requestsForTheSiteKnowNothingOfIt() {
    stage.start(ADMIN + LISTENERS);
    assertThat(stage.client().exchange(Wire.get("/metrics")).status()).isEqualTo(204);
    assertThat(stage.signalbox().listeners()).hasSize(1);
    assertThat(operator().exchange(get("/status")).body()).doesNotContain("admin");
  }

  @Test
  void withoutItNothingIsOpened() {
    stage.start(LISTENERS);
    assertThat(stage.signalbox().admin()).isNull();
  }

  @Test
  void aTakenAddressIsToldBeforeAnythingIsServed() throws IOException {
    try (var taken = ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", 0))) {
      int port = ((InetSocketAddress) taken.getLocalAddress()).getPort();
      assertThatThrownBy(() -> stage.start("admin: 127.0.0.1:" + port + "\n" + LISTENERS))
          .isInstanceOf(StartupException.class)
          .hasMessage(
              "admin: can't bind 127.0.0.1:"
                  + port
                  + ": it is in use; stop what listens there, or bind another port");
    }
  }

  @Test
  void anAddressForEverybodyIsWarnedOf() {
    try (var log = new HeardLog()) {
      stage.start("admin: \":0\"\n" + LISTENERS);
      assertThat(log.lines())
          .anySatisfy(line ->
              assertThat(line)
                  .startsWith("admin: OTHER MACHINES CAN CONNECT")
                  .contains("127.0.0.1"));
    }
  }

  @Test
  void anAddressForThisMachineIsNot() {
    try (var log = new HeardLog()) {
      stage.start(ADMIN + LISTENERS);
      assertThat(log.lines()).isEmpty();
    }
  }

  @Test
  void aSocketInTheFileSystemWillDo() {
    var socket = folder.resolve("admin.sock");
    stage.start("admin: \"unix:" + socket + "\"\n" + LISTENERS);
    var operator = stage.add(RawHttp1Client.connect(UnixDomainSocketAddress.of(socket)));
    assertThat(operator.exchange(get("/metrics")).status()).isEqualTo(200);
    var shown = new Shown();
    assertThat(shown.run("status", "--admin", "unix:" + socket)).isZero();
    assertThat(shown.text()).startsWith("Signalbox ");
  }

  /** A command, and what it prints. */
  private static final class Shown {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    int run(String... arguments) {
      var terminal =
          new Terminal(
              new PrintStream(out, true, UTF_8),
              new PrintStream(err, true, UTF_8),
              false,
              false,
              _ -> null);
      return SignalboxCommand.run(terminal, arguments);
    }

    String text() {
      return out.toString(UTF_8);
    }

    String errors() {
      return err.toString(UTF_8);
    }
  }
}
