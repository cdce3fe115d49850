package dev.signalbox.http.h2;

import static dev.signalbox.http.h2.H2Wire.NONE;
import static dev.signalbox.http.h2.H2Wire.POST;
import static dev.signalbox.http.h2.H2Wire.data;
import static dev.signalbox.http.h2.H2Wire.head;
import static dev.signalbox.http.h2.H2Wire.headers;
import static dev.signalbox.http.h2.H2Wire.setting;
import static dev.signalbox.http.h2.H2Wire.windowUpdate;
import static dev.signalbox.http.h2.H2Wire.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.http.Failure;
import dev.signalbox.net.TestLoop;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What calls of gRPC hear where no exchange answers them. */
class H2RefusalTest {
  private static final String TOO_LARGE =
      "grpc-status: 8, grpc-message: 413 Content Too Large: the body is too large";

  private final TestLoop loop = new TestLoop();

  @AfterEach
  void closeLoop() {
    loop.close();
  }

  private static String[] call(String type, String... more) {
    return with(with(POST, "content-type: " + type), more);
  }

  /** Sends a little more than there may be; not all of it may be read. */
  private static void sendTooMuch(H2Wire wire) {
    for (int i = 0; i < 65; i++) {
      wire.receive(data(1, "x".repeat(16_384), false));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "application/grpc, application/grpc",
    "application/grpc+proto, application/grpc",
    "application/grpc-web+proto, application/grpc-web",
    "application/grpc-web-text, application/grpc-web-text"
  })
  void aCallThatIsTooLargeHearsSoInItsOwnForm(String type, String answer) {
    var wire = H2Wire.open(loop, NONE);
    wire.receive(H2Wire.open(1, call(type, "content-length: 2000000")));
    assertThat(wire.frames())
        .containsExactly(
            "HEADERS 1 :status: 200, content-type: " + answer + ", " + TOO_LARGE + " END",
            "RST_STREAM 1 NO_ERROR");
    assertThat(wire.refused).containsExactly(new Failure.BadRequest(413, "the body is too large"));
    wire.finish();
  }

  @Test
  void soDoesOneThatTurnsOutToBeTooLarge() {
    var wire = H2Wire.open(loop, NONE);
    wire.receive(H2Wire.open(1, call("application/grpc")));
    sendTooMuch(wire);
    assertThat(wire.frames())
        .contains("HEADERS 1 :status: 200, content-type: application/grpc, " + TOO_LARGE + " END");
    assertThat(wire.request(0).reset).isInstanceOf(Failure.BadRequest.class);
    wire.finish();
  }

  @Test
  void aTranslatorSaysWhatItsClientSpeaks() {
    var wire = H2Wire.open(loop, NONE);
    wire.receive(H2Wire.open(1, call("application/grpc")));
    wire.request(0).stream.refusesAs("application/grpc-web-text");
    sendTooMuch(wire);
    assertThat(wire.frames())
        .contains(
            "HEADERS 1 :status: 200, content-type: application/grpc-web-text, "
                + TOO_LARGE
                + " END");
    wire.finish();
  }

  @Test
  void aCallThatIsAnsweredAlreadyEndsWithTrailersThatSayIt() {
    var wire = H2Wire.open(loop, NONE);
    wire.receive(setting(Frames.INITIAL_WINDOW_SIZE, 3));
    wire.receive(H2Wire.open(1, call("application/grpc")));
    var answer = head(200, -1);
    answer.headers().add("content-type", "application/grpc");
    wire.request(0).stream.sendHead(answer);
    wire.request(0).stream.write(data("message"));
    sendTooMuch(wire);
    wire.receive(data(1, "and more", false)); // which does no harm to what waits
    assertThat(wire.frames()).contains("DATA 1 mes").noneMatch(f -> f.startsWith("RST_STREAM"));
    wire.receive(windowUpdate(1, 100));
    assertThat(wire.frames())
        .containsExactly("DATA 1 sage", "HEADERS 1 " + TOO_LARGE + " END", "RST_STREAM 1 NO_ERROR");
    wire.finish();
  }

  @Test
  void anAnswerOfAnotherKindIsBrokenOff() {
    var wire = H2Wire.open(loop, NONE);
    wire.receive(H2Wire.open(1, call("application/grpc")));
    var answer = head(200, -1);
    answer.headers().add("content-type", "text/html");
    wire.request(0).stream.sendHead(answer);
    sendTooMuch(wire);
    assertThat(wire.frames()).contains("RST_STREAM 1 CANCEL");
    wire.finish();
  }

  @Test
  void tooManyFieldsAreToldToACall() {
    var wire = H2Wire.open(loop, NONE);
    String[] many = IntStream.range(0, 100).mapToObj(i -> "a: b").toArray(String[]::new);
    wire.receive(headers(1, with(call("application/grpc"), many)));
    assertThat(wire.frames())
        .containsExactly(
            "HEADERS 1 :status: 200, content-type: application/grpc, grpc-status: 8, grpc-message:"
                + " 431 Request Header Fields Too Large: too many fields END");
    wire.finish();
  }

  @Test
  void whatIsNoCallHearsHttp() {
    var wire = H2Wire.open(loop, NONE);
    wire.receive(H2Wire.open(1, call("application/json", "content-length: 2000000")));
    assertThat(wire.frames())
        .contains("HEADERS 1 :status: 413, content-type: text/plain, content-length: 45");
    wire.finish();
  }
}
