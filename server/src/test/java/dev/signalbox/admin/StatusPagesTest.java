package dev.signalbox.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.net.tls.TlsServer;
import dev.signalbox.upstream.EndpointCounts;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One moment of a server, as each page tells it. */
class StatusPagesTest {
  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  private static final Status.Program PROGRAM =
      new Status.Program("0.1.0", "25.0.3 (Test)", "4.2.18", "epoll", 2, 4711);

  private final Status idle = status(List.of(), List.of(), List.of());

  private final Status busy =
      status(
          List.of(
              new Status.Listener("web", "0.0.0.0:8080", false, 12, 10_000),
              new Status.Listener("secure", "[::]:8443", true, 3, 200_000)),
          List.of(
              new Status.Upstream(
                  "shop",
                  List.of(
                      endpoint("10.0.0.1:8080", 4, null),
                      endpoint("10.0.0.2:8443", 0, "its certificate has expired")))),
          List.of(
              certificate("secure", "api.example.com", 89),
              certificate("secure", "shop.example.com", 12, "www.shop.example.com"),
              certificate("secure", "old.example.com", -2)));

  private static Status status(
      List<Status.Listener> listeners,
      List<Status.Upstream> upstreams,
      List<Status.Certificate> certificates) {
    return new Status(
        PROGRAM,
        NOW.minus(Duration.parse("PT76H12M7S")),
        NOW,
        65_536,
        listeners,
        upstreams,
        certificates);
  }

  private static EndpointCounts endpoint(String address, int inFlight, @Nullable String trouble) {
    return new EndpointCounts(address, 1, inFlight, 0, inFlight + 2, trouble);
  }

  private static Status.Certificate certificate(
      String listener, String name, int days, String... others) {
    var names = Stream.concat(Stream.of(name), Stream.of(others)).toList();
    return new Status.Certificate(
        listener,
        new TlsServer.Certificate(
            Path.of("/etc/" + name + ".crt"),
            names,
            "ECDSA",
            NOW.plus(Duration.ofDays(days)).plusSeconds(60),
            false));
  }

  @Test
  void peopleReadFirstWhatSomebodyShouldLookAfter() {
    assertThat(StatusText.of(busy))
        .isEqualTo(
            """
            Signalbox 0.1.0, up 3d4h, pid 4711, epoll, 2 loops

            3 findings
            ! certificate old.example.com (ECDSA) of listener secure has expired: clients
              refuse it
            ! certificate shop.example.com (ECDSA) of listener secure expires in 12 days
            ! endpoint 10.0.0.2:8443 of upstream shop: its certificate has expired

            Certificates           key    of      until       days
            ! old.example.com      ECDSA  secure  2026-11-21    -2
            ! shop.example.com +1  ECDSA  secure  2026-12-05    12
              api.example.com      ECDSA  secure  2027-02-20    89

            Listeners  address       tls  connections  at most
              web      0.0.0.0:8080  no            12    10000
              secure   [::]:8443     yes            3   200000

            Upstreams          weight  in flight  waiting  connections
              shop
                10.0.0.1:8080       1          4        0            6
            !   10.0.0.2:8443       1          0        0            2
            """);
  }

  @Test
  void whatThereIsNotIsNotTold() {
    assertThat(StatusText.of(idle)).hasLineCount(1);
    assertThat(StatusJson.of(idle)).contains("\"findings\": []", "\"certificates\": []");
    assertThat(metrics(idle)).doesNotContain("listener", "certificate", "endpoint");
  }

  @Test
  void nothingIsWiderThanATerminal() {
    var longName = "a-name-that-goes-on-and-on.".repeat(9) + "example";
    var status =
        status(
            List.of(
                new Status.Listener(
                    "l".repeat(64), "unix:/" + "p".repeat(99), true, 1, 10_000_000)),
            List.of(
                new Status.Upstream(
                    "u".repeat(64),
                    List.of(endpoint("unix:/" + "e".repeat(99), 1_000_000, "why ".repeat(60))))),
            List.of(certificate("l".repeat(64), longName, 3, longName)));
    assertThat(StatusText.of(status).lines())
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(StatusText.WIDTH))
        .anySatisfy(line -> assertThat(line).contains("…"));
  }

  @Test
  void aCertificateIsMarkedBelowThreeWeeks() {
    assertThat(status(List.of(), List.of(), List.of(certificate("l", "a.test", 21))).findings())
        .isEmpty();
    assertThat(findingOf(20)).endsWith(" expires in 20 days");
    assertThat(findingOf(1)).endsWith(" expires in 1 day");
    assertThat(findingOf(0)).endsWith(" expires within a day");
    assertThat(findingOf(-1)).endsWith(" has expired: clients refuse it");
  }

  private static String findingOf(int days) {
    return status(List.of(), List.of(), List.of(certificate("l", "a.test", days)))
        .findings()
        .getFirst();
  }

  @Test
  void machinesGetTheSameAsJson() {
    assertThat(StatusJson.of(busy))
        .startsWith("{\n  \"version\": \"0.1.0\",\n  \"jdk\": \"25.0.3 (Test)\",")
        .contains(
            "\"started\": \"2026-11-20T07:47:53Z\",\n  \"uptime-seconds\": 274327,",
            """
                {
                  "listener": "secure",
                  "file": "/etc/shop.example.com.crt",
                  "names": ["shop.example.com", "www.shop.example.com"],
                  "key-type": "ECDSA",
                  "not-after": "2026-12-05T12:01:00Z",
                  "days-left": 12,
                  "stapled": false
                }\
            """,
            """
                {
                  "name": "web",
                  "address": "0.0.0.0:8080",
                  "tls": false,
                  "connections": 12,
                  "max-connections": 10000
                }\
            """,
            """
                    {
                      "address": "10.0.0.1:8080",
                      "weight": 1,
                      "in-flight": 4,
                      "waiting": 0,
                      "connections": 6
                    }\
            """,
            "\"trouble\": \"its certificate has expired\"");
  }

  @Test
  void prometheusGetsBaseUnitsAndLabels() {
    assertThat(metrics(busy).lines())
        .contains(
            "# TYPE signalbox_build_info gauge",
            "signalbox_build_info{jdk=\"25.0.3 (Test)\",netty=\"4.2.18\",version=\"0.1.0\"} 1",
            "# TYPE signalbox_certificate_days_left gauge",
            "signalbox_certificate_days_left{file=\"/etc/shop.example.com.crt\",key_type=\"ECDSA\","
                + "listener=\"secure\",name=\"shop.example.com\"} 12.0",
            "signalbox_endpoint_connections{endpoint=\"10.0.0.1:8080\",upstream=\"shop\"} 6.0",
            "signalbox_endpoint_requests_in_flight{endpoint=\"10.0.0.1:8080\",upstream=\"shop\"} 4.0",
            "signalbox_endpoint_requests_waiting{endpoint=\"10.0.0.1:8080\",upstream=\"shop\"} 0.0",
            "signalbox_findings 3.0",
            "signalbox_listener_connections{listener=\"web\"} 12.0",
            "signalbox_listener_max_connections{listener=\"web\"} 10000.0",
            "signalbox_buffer_bytes 65536.0",
            "signalbox_loops 2.0");
    assertThat(value("process_start_time_seconds ")).isEqualTo(1_795_160_873.0);
    assertThat(
            value(
                "signalbox_certificate_not_after_timestamp_seconds"
                    + "{file=\"/etc/shop.example.com.crt\",key_type=\"ECDSA\",listener=\"secure\","
                    + "name=\"shop.example.com\"} "))
        .isEqualTo(Instant.parse("2026-12-05T12:01:00Z").getEpochSecond());
  }

  @Test
  void oneCertificateConfiguredTwiceIsOneSeries() {
    var twice = certificate("l", "a.test", 30);
    assertThat(metrics(status(List.of(), List.of(), List.of(twice, twice))).lines())
        .filteredOn(line -> line.startsWith("signalbox_certificate_days_left{"))
        .hasSize(1);
  }

  private double value(String series) {
    return metrics(busy)
        .lines()
        .filter(line -> line.startsWith(series))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length())))
        .findFirst()
        .orElseThrow();
  }

  private static String metrics(Status status) {
    return new String(Metrics.of(status), UTF_8);
  }
}
