package dev.signalbox.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.signalbox.route.RouteAction.Arm;
import dev.signalbox.route.RouteAction.To;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Which arm of a split a request takes, and who keeps to it. */
final class SplitTest {
  private final Random random = new Random(1);

  private static Split split(String sticky, int... weights) {
    var arms = new java.util.ArrayList<Arm>();
    for (int i = 0; i < weights.length; i++) {
      arms.add(new Arm("u" + i, weights[i]));
    }
    return new Split("all", new To(arms, sticky.isEmpty() ? null : UserKey.of(sticky), null, null));
  }

  private static RouteRequest user(int number) {
    return OfflineRequest.of("GET", "/").header("Cookie", "a=b; UID=user-" + number).build();
  }

  private double share(Split split, int arm) {
    int hits = 0;
    for (int i = 0; i < 20_000; i++) {
      hits += split.choose(user(i), random) == arm ? 1 : 0;
    }
    return hits / 20_000.0;
  }

  @Test
  void requestsAreSharedByWeight() {
    assertThat(share(split("", 95, 5), 1)).isCloseTo(0.05, within(0.01));
    assertThat(share(split("cookie:UID", 95, 5), 1)).isCloseTo(0.05, within(0.01));
    assertThat(share(split("cookie:UID", 1, 0, 3), 0)).isCloseTo(0.25, within(0.02));
    assertThat(share(split("cookie:UID", 1, 0, 3), 1)).isZero();
    assertThat(share(split("", 0, 7, 0), 1)).isEqualTo(1);
  }

  @Test
  void aUserKeepsToOneArm() {
    var split = split("cookie:UID", 50, 50);
    for (int i = 0; i < 100; i++) {
      assertThat(split.choose(user(i), random)).isEqualTo(split.choose(user(i), random));
    }
  }

  @Test
  void onlyAsManyUsersMoveAsTheWeightsSay() {
    var split = split("cookie:UID", 90, 10);
    var before =
        java.util.stream.IntStream.range(0, 10_000)
            .map(i -> split.choose(user(i), random))
            .toArray();
    split.weights(Map.of("u0", 80, "u1", 20));
    assertThat(split.weights()).containsExactly(Map.entry("u0", 80), Map.entry("u1", 20));
    int moved = 0;
    for (int i = 0; i < before.length; i++) {
      int now = split.choose(user(i), random);
      moved += now == before[i] ? 0 : 1;
      assertThat(now).isGreaterThanOrEqualTo(before[i]); // nobody leaves the one that grows
    }
    assertThat(moved / 10_000.0).isCloseTo(0.1, within(0.02));
  }

  @Test
  void routesSplitTheirUsersOtherwise() {
    var one = split("cookie:UID", 50, 50);
    var other =
        new Split(
            "other",
            new To(
                List.of(new Arm("u0", 50), new Arm("u1", 50)),
                UserKey.of("cookie:UID"),
                null,
                null));
    long same =
        java.util.stream.IntStream.range(0, 1000)
            .filter(i -> one.choose(user(i), random) == other.choose(user(i), random))
            .count();
    assertThat(same).isBetween(400L, 600L);
  }

  @Test
  void whoHasNoCookieIsKnownByAddress() throws UnknownHostException {
    var split = split("cookie:UID", 50, 50);
    var address = InetAddress.getByAddress(new byte[] {10, 0, 0, 1});
    var request = OfflineRequest.of("GET", "/").client(address).build();
    int first = split.choose(request, random);
    for (int i = 0; i < 50; i++) {
      assertThat(split.choose(request, random)).isEqualTo(first);
    }
    var nobody = OfflineRequest.get("/");
    assertThat(
            java.util.stream.IntStream.range(0, 50)
                .map(i -> split.choose(nobody, random))
                .distinct()
                .count())
        .isEqualTo(2);
  }

  @Test
  void impossibleWeightsChangeNothing() {
    var split = split("", 1, 1);
    assertThatThrownBy(() -> split.weights(Map.of("u0", 0, "u1", 0)))
        .hasMessage("weights: all 0 (expected: at least one above 0)");
    assertThatThrownBy(() -> split.weights(Map.of("u0", 1001)))
        .hasMessage("u0: 1001 (expected: 0 to 1000)");
    assertThatThrownBy(() -> split.weights(Map.of("x", 1)))
        .hasMessage("upstream: x (expected: one of u0, u1)");
    assertThat(split.weights()).containsExactly(Map.entry("u0", 1), Map.entry("u1", 1));
  }
}
