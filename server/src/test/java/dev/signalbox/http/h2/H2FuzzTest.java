package dev.signalbox.http.h2;

import static dev.signalbox.http.h2.H2Wire.GET;
import static dev.signalbox.http.h2.H2Wire.GREETING;
import static dev.signalbox.http.h2.H2Wire.POST;
import static dev.signalbox.http.h2.H2Wire.data;
import static dev.signalbox.http.h2.H2Wire.frame;
import static dev.signalbox.http.h2.H2Wire.headers;
import static dev.signalbox.http.h2.H2Wire.join;
import static dev.signalbox.http.h2.H2Wire.setting;
import static dev.signalbox.http.h2.H2Wire.windowUpdate;
import static dev.signalbox.http.h2.H2Wire.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.net.TestLoop;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Frames in any order, and bytes that were changed: nothing is thrown, nothing is kept, every
 * exchange ends, and how the bytes were cut changes nothing. Seeded, so that a failure comes again.
 */
class H2FuzzTest {
  private static final long SEED = 7;
  private static final int RUNS = 600;

  /**
   * @param next the number of the next new stream
   */
  private static byte[] randomFrame(Random random, int next) {
    int stream = random.nextInt(1 + next / 2) * 2 + 1; // mostly one that is there already
    return switch (random.nextInt(30)) {
      case 0, 1, 2, 18, 19, 20 -> headers(next, GET);
      case 3, 21, 22 -> H2Wire.open(next, with(POST, "content-length: 10"));
      case 4, 23, 24 -> H2Wire.open(next, POST);
      case 25, 26 -> data(Math.max(1, next - 2), "0123456789", true);
      case 27, 28 -> windowUpdate(0, 1 + random.nextInt(9));
      case 5, 6 -> data(stream, "x".repeat(random.nextInt(12)), random.nextBoolean());
      case 7 -> H2Wire.reset(stream);
      case 8 -> windowUpdate(random.nextBoolean() ? 0 : stream, random.nextInt(100));
      case 9 -> setting(random.nextInt(10), random.nextInt(70_000));
      case 10 -> frame(Frames.PING, random.nextInt(2), 0, new byte[8]);
      case 11 -> headers(stream, "x-trailer: y");
      case 12 -> frame(Frames.HEADERS, random.nextInt(64), stream, H2Wire.block(GET));
      case 13 -> frame(Frames.CONTINUATION, random.nextInt(8), stream, new byte[random.nextInt(4)]);
      case 14 ->
          frame(
              Frames.PRIORITY_UPDATE,
              0,
              0,
              join(H2Wire.numbers(stream), "u=1, i".getBytes(StandardCharsets.US_ASCII)));
      case 15 -> frame(Frames.GOAWAY, 0, 0, new byte[8 + random.nextInt(3)]);
      case 16 ->
          frame(random.nextInt(20), random.nextInt(256), stream, new byte[random.nextInt(20)]);
      default ->
          frame(
              Frames.DATA,
              Frames.PADDED,
              stream,
              new byte[] {(byte) random.nextInt(6), 0, 0, 0, 0});
    };
  }

  private static byte[] randomInput(Random random) {
    byte[] input = GREETING;
    int frames = 1 + random.nextInt(12);
    int next = 1;
    for (int i = 0; i < frames; i++) {
      byte[] frame = randomFrame(random, next);
      next += frame[3] == Frames.HEADERS ? 2 : 0;
      input = join(input, frame);
    }
    if (random.nextInt(3) == 0) {
      for (int i = random.nextInt(4); i >= 0; i--) {
        input[random.nextInt(input.length)] = (byte) random.nextInt(256);
      }
    }
    return input;
  }

  @Test
  void anyFramesDoNoHarm() {
    var random = new Random(SEED);
    try (var loop = new TestLoop()) {
      int served = 0;
      for (int run = 0; run < RUNS; run++) {
        byte[] input = randomInput(random);
        var whole = H2Wire.run(loop, H2Wire.ECHO, List.of(input));
        int cut = 1 + random.nextInt(input.length - 1);
        var inTwo =
            H2Wire.run(
                loop,
                H2Wire.ECHO,
                List.of(Arrays.copyOf(input, cut), Arrays.copyOfRange(input, cut, input.length)));
        assertThat(inTwo.refused()).as("run %d, cut at %d", run, cut).isEqualTo(whole.refused());
        assertThat(inTwo.sent()).as("run %d, cut at %d", run, cut).isEqualTo(whole.sent());
        served += whole.requests().size();
      }
      assertThat(served).as("it is no test of errors alone").isGreaterThan(RUNS / 2);
    }
  }
}
