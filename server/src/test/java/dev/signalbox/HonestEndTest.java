package dev.signalbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.testkit.Await;
import dev.signalbox.testkit.FakeOrigin;
import dev.signalbox.testkit.RawHttp1Client;
import dev.signalbox.testkit.Script;
import dev.signalbox.testkit.Step;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A response that is broken off never looks whole (docs/core-principles.md, 10). */
class HonestEndTest {
  private static final Step HALF_AN_ANSWER =
      Step.respond("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");

  private static Signalbox start(FakeOrigin origin, String transport) {
    var config =
        """
        transport: %s
        listeners: { web: { bind: "127.0.0.1:0" } }
        upstreams: { origin: ["%s"] }
        routes: [ { name: all, to: origin } ]
        """
            .formatted(transport, origin.hostAndPort());
    return Signalbox.start(ServerConfig.read("test.yaml", config, _ -> null));
  }

  /** Where the connection's end is the body's end, only a reset can say that it is not. */
  @ParameterizedTest
  @ValueSource(strings = {"epoll", "nio"})
  void bodyThatEndsWithTheConnectionIsResetAtTheDeadline(String transport) {
    try (var origin = FakeOrigin.start(Script.each(HALF_AN_ANSWER.then(Step.ignore())));
        var signalbox = start(origin, transport);
        var client = RawHttp1Client.connect(signalbox.listeners().getFirst().port())) {
      client.send("GET / HTTP/1.0\r\nHost: a\r\n\r\n");
      client.readHead();
      assertThat(client.read(5)).isEqualTo("hello");

      signalbox.drain(Duration.ZERO);

      assertThat(client.readUntilClose()).isEmpty();
      assertThat(client.wasReset()).isTrue();
    }
  }

  @Test
  void connectionWithoutARequestEndsInOrderAtTheDeadline() {
    try (var origin = FakeOrigin.start(Script.each(Step.respond(200, "ok")));
        var signalbox = start(origin, "auto");
        var client = RawHttp1Client.connect(signalbox.listeners().getFirst().port())) {
      assertThat(client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n").body()).isEqualTo("ok");

      signalbox.drain(Duration.ZERO);

      client.awaitClose();
      assertThat(client.wasReset()).isFalse();
    }
  }

  /** The client got no request id to ask about: the line is all there is. */
  @Test
  void answerThatIsBrokenOffIsLogged() {
    var lines = new ConcurrentLinkedQueue<String>();
    var log = Logger.getLogger("dev.signalbox.proxy.Proxy");
    var handler =
        new Handler() {
          @Override
          public void publish(LogRecord line) {
            lines.add(line.getMessage());
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    log.addHandler(handler);
    try (var origin = FakeOrigin.start(Script.each(HALF_AN_ANSWER.then(Step.close())));
        var signalbox = start(origin, "auto");
        var client = RawHttp1Client.connect(signalbox.listeners().getFirst().port())) {
      client.send("GET /half HTTP/1.1\r\nHost: a\r\n\r\n");
      client.readUntilClose();

      Await.untilAsserted(() ->
          assertThat(lines).singleElement().asString().contains("/half", "closed the connection"));
    } finally {
      log.removeHandler(handler);
    }
  }
}
