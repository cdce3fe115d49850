package dev.signalbox.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GrpcTest {
  private static long timeout(String text) {
    byte[] bytes = Ascii.bytes("<" + text + ">");
    return Grpc.timeoutNanos(bytes, 1, bytes.length - 1);
  }

  private static Headers headers(String name, String value) {
    var headers = new Headers();
    headers.add(name, value);
    return headers;
  }

  @ParameterizedTest
  @CsvSource({
    "1H, 3600000000000",
    "2M, 120000000000",
    "3S, 3000000000",
    "250m, 250000000",
    "7u, 7000",
    "9n, 9",
    "00000001S, 1000000000",
    "99999999n, 99999999",
    "0S, 0"
  })
  void timeoutsAreDigitsAndAUnit(String text, long nanos) {
    assertThat(timeout(text)).isEqualTo(nanos);
  }

  @Test
  void timeoutsBeyondAllTimeAreTheLongest() {
    assertThat(timeout("99999999H")).isEqualTo(Long.MAX_VALUE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "S",
        "1",
        "1s",
        "1h",
        "123456789S",
        "-1S",
        "+1S",
        "1.5S",
        " 1S",
        "1S ",
        "1 S",
        "0x1S",
        "1SS",
        "1S, 2S",
        "\u00b2S"
      })
  void whatIsNoTimeoutIsNone(String text) {
    assertThat(timeout(text)).isEqualTo(Grpc.NO_TIMEOUT);
  }

  @Test
  void timeoutsOfAnyBytesAreReadAsTheRuleSays() {
    var random = new Random(38);
    String letters = "0123456789HMSmun sx-";
    for (int i = 0; i < 40_000; i++) {
      var text = new StringBuilder();
      for (int left = random.nextInt(11); left > 0; left--) {
        boolean isDigit = random.nextInt(4) > 0;
        text.append(
            letters.charAt(isDigit ? random.nextInt(10) : random.nextInt(letters.length())));
      }
      long read = timeout(text.toString());
      if (text.toString().matches("[0-9]{1,8}[HMSmun]")) {
        long amount = Long.parseLong(text.substring(0, text.length() - 1));
        var unit =
            switch (text.charAt(text.length() - 1)) {
              case 'H' -> TimeUnit.HOURS;
              case 'M' -> TimeUnit.MINUTES;
              case 'S' -> TimeUnit.SECONDS;
              case 'm' -> TimeUnit.MILLISECONDS;
              case 'u' -> TimeUnit.MICROSECONDS;
              default -> TimeUnit.NANOSECONDS;
            };
        assertThat(read).as(text.toString()).isEqualTo(unit.toNanos(amount));
      } else {
        assertThat(read).as(text.toString()).isEqualTo(Grpc.NO_TIMEOUT);
      }
    }
  }

  @Test
  void theSmallerOfTheTwoTimesBoundsTheExchange() {
    assertThat(Grpc.bounded(5_000_000, headers("grpc-timeout", "1m"))).isEqualTo(1_000_000);
    assertThat(Grpc.bounded(5_000_000, headers("grpc-timeout", "9m"))).isEqualTo(5_000_000);
    assertThat(Grpc.bounded(0, headers("grpc-timeout", "9m"))).isEqualTo(9_000_000);
    assertThat(Grpc.bounded(0, headers("grpc-timeout", "0m"))).isEqualTo(1);
    assertThat(Grpc.bounded(7, headers("grpc-timeout", "soon"))).isEqualTo(7);
    assertThat(Grpc.bounded(0, headers("other", "1m"))).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "application/grpc, true",
    "application/grpc+proto, true",
    "APPLICATION/GRPC+JSON, true",
    "application/grpc;charset=x, true",
    "application/grpc-web, false",
    "application/grpc-web-text+proto, false",
    "application/grpcx, false",
    "application/grp, false",
    "text/plain, false"
  })
  void gRpcIsKnownByItsContentType(String type, boolean isGrpc) {
    assertThat(Grpc.isGrpc(headers("Content-Type", type))).isEqualTo(isGrpc);
    assertThat(Grpc.isGrpc(headers("X-Type", type))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "400, INTERNAL",
    "401, UNAUTHENTICATED",
    "403, PERMISSION_DENIED",
    "404, UNIMPLEMENTED",
    "405, UNIMPLEMENTED",
    "408, DEADLINE_EXCEEDED",
    "413, RESOURCE_EXHAUSTED",
    "414, RESOURCE_EXHAUSTED",
    "417, UNKNOWN",
    "431, RESOURCE_EXHAUSTED",
    "429, UNAVAILABLE",
    "500, UNKNOWN",
    "501, UNIMPLEMENTED",
    "502, UNAVAILABLE",
    "503, UNAVAILABLE",
    "504, UNAVAILABLE"
  })
  void statusesOfHttpHaveOneOfGrpc(int status, GrpcStatus expected) {
    assertThat(GrpcStatus.of(status)).isEqualTo(expected);
  }

  @Test
  void aTimeOfOursThatRanOutIsADeadlineAndAnEndpointThatIsGoneIsUnavailable() {
    assertThat(GrpcStatus.of(new Failure.TotalTimeout())).isEqualTo(GrpcStatus.DEADLINE_EXCEEDED);
    assertThat(GrpcStatus.of(new Failure.UpstreamTimeout("a", "late")))
        .isEqualTo(GrpcStatus.DEADLINE_EXCEEDED);
    assertThat(GrpcStatus.of(new Failure.ConnectFailed("a", "late", true)))
        .isEqualTo(GrpcStatus.UNAVAILABLE);
    assertThat(GrpcStatus.of(new Failure.NoEndpoint("a", "none")))
        .isEqualTo(GrpcStatus.UNAVAILABLE);
    assertThat(GrpcStatus.of(new Failure.Bug(null))).isEqualTo(GrpcStatus.INTERNAL);
  }

  @ParameterizedTest
  @CsvSource({"ERROR, INTERNAL", "CANCELLED, CANCELLED", "TOO_MUCH, RESOURCE_EXHAUSTED"})
  void anEndpointThatBreaksOffIsToldByWhatItMeans(Failure.Meaning meaning, GrpcStatus expected) {
    assertThat(GrpcStatus.of(new Failure.UpstreamBrokeOff("a", "reset", meaning, false)))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "application/grpc+proto, application/grpc",
    "application/grpc-web+proto, application/grpc-web",
    "application/grpc-web, application/grpc-web",
    "application/grpc-web-text+proto, application/grpc-web-text",
    "application/grpc-webs,",
    "application/json,"
  })
  void callsAreAnsweredInTheirOwnForm(String type, String answer) {
    assertThat(Grpc.answerType(headers("Content-Type", type))).isEqualTo(answer);
  }

  @Test
  void aRefusalSaysWhatAnHttpClientWouldHear() {
    assertThat(Grpc.refusal(Grpc.TYPE, Problem.BODY_TOO_LARGE))
        .hasToString(
            "content-type: application/grpc\ngrpc-status: 8\n"
                + "grpc-message: 413 Content Too Large: the body is too large\n");
  }

  @Test
  void codesAreThoseOfTheWire() {
    assertThat(GrpcStatus.OK.code()).isZero();
    assertThat(GrpcStatus.DEADLINE_EXCEEDED.code()).isEqualTo(4);
    assertThat(GrpcStatus.RESOURCE_EXHAUSTED.code()).isEqualTo(8);
    assertThat(GrpcStatus.UNIMPLEMENTED.code()).isEqualTo(12);
    assertThat(GrpcStatus.INTERNAL.code()).isEqualTo(13);
    assertThat(GrpcStatus.UNAVAILABLE.code()).isEqualTo(14);
    assertThat(GrpcStatus.UNAUTHENTICATED.code()).isEqualTo(16);
  }

  @Test
  void messagesAreWrittenInPercentsWhereTheyAreNotPrintable() {
    assertThat(new String(Grpc.encoded("a 100%\r\nx: \u00fc\u20ac~"), StandardCharsets.US_ASCII))
        .isEqualTo("a 100%25%0D%0Ax: %C3%BC%E2%82%AC~");
    var random = new Random(39);
    for (int i = 0; i < 2_000; i++) {
      var text = new StringBuilder();
      for (int left = random.nextInt(20); left > 0; left--) {
        text.appendCodePoint(random.nextInt(0xd7ff));
      }
      var encoded = new String(Grpc.encoded(text.toString()), StandardCharsets.US_ASCII);
      assertThat(encoded).matches("[ -~]*");
      assertThat(URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8))
          .isEqualTo(text.toString());
    }
  }

  @ParameterizedTest
  @CsvSource({"14, 0, UNAVAILABLE", "0, 0, OK", "14, -1,", "17, 0,", "x, 0,", "999999999999, 0,"})
  void aResponseIsTrailersOnlyWhereItsHeadHasAStatusAndNothingFollows(
      String status, long length, GrpcStatus expected) {
    var head = new ResponseHead();
    head.headers().add("grpc-status", status);
    head.bodyLength(length);
    assertThat(Grpc.trailersOnly(head)).isEqualTo(expected);
    assertThat(Grpc.trailersOnly(new ResponseHead())).isNull();
  }
}
