package dev.signalbox.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import dev.signalbox.balance.Balancer.Candidate;
import dev.signalbox.balance.Balancer.Pick;
import dev.signalbox.config.ConfigFile;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every balancer promises, whatever its order. */
@ParameterizedClass(name = "{0}")
@FieldSource("NAMES")
class BalancerContractTest {
  static final List<String> NAMES = Balancers.ALL.entries().keySet().stream().sorted().toList();

  private static final int PICKS = 60_000;

  private final Balancer.Factory factory;

  BalancerContractTest(String name) {
    this.factory = ConfigFile.read("test.yaml", name, _ -> null, Balancers.ALL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1 1", "1 1 1 1 1", "7 7 7", "5 1 1", "1 2 3 4", "256 1", "100 50 25 200"})
  void givesEachItsShareByWeight(String weights) {
    var endpoints = endpoints(weights);
    var counts = pickMany(balancer(endpoints, 1), endpoints.size(), PICKS);
    assertShares(counts, endpoints);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1 1 1 1", "4 1 2 8"})
  void sharesTheLoadOfAMissingOneAmongAllOthersByWeight(String weights) {
    var endpoints = endpoints(weights);
    endpoints.get(1).available = false;
    var counts = pickMany(balancer(endpoints, 2), endpoints.size(), PICKS);
    assertThat(counts[1]).isZero();
    assertShares(counts, endpoints);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1 1 1 1", "4 1 2 8"})
  void givesAReturningOneItsShareAndNoMore(String weights) {
    var endpoints = endpoints(weights);
    var balancer = balancer(endpoints, 3);
    endpoints.get(0).available = false;
    pickMany(balancer, endpoints.size(), 1000);
    endpoints.get(0).available = true;
    assertShares(pickMany(balancer, endpoints.size(), PICKS), endpoints);
  }

  @Test
  void neverTakesAnUnavailableOneWhileTheyComeAndGo() {
    var endpoints = endpoints("3 1 4 1 5 9 2 6");
    var balancer = balancer(endpoints, 4);
    var random = new SplittableRandom(5);
    for (int i = 0; i < PICKS; i++) {
      var changing = endpoints.get(random.nextInt(endpoints.size()));
      changing.available = random.nextInt(3) == 0;
      int index = balancer.pick(Pick.FIRST);
      boolean any = endpoints.stream().anyMatch(Endpoint::isAvailable);
      if (any) {
        assertThat(endpoints.get(index).available).isTrue();
      } else {
        assertThat(index).isEqualTo(Balancer.NONE);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1 1 1", "3 2 1"})
  void answersNoneWhenNoneIsAvailableAndRecovers(String weights) {
    var endpoints = endpoints(weights);
    var balancer = balancer(endpoints, 6);
    endpoints.forEach(e -> e.available = false);
    assertThat(balancer.pick(Pick.FIRST)).isEqualTo(Balancer.NONE);
    assertThat(balancer.pick(index -> true)).isEqualTo(Balancer.NONE);
    endpoints.get(2).available = true;
    assertThat(balancer.pick(Pick.FIRST)).isEqualTo(2);
  }

  @Test
  void answersNoneWithoutCandidates() {
    assertThat(balancer(List.of(), 7).pick(Pick.FIRST)).isEqualTo(Balancer.NONE);
  }

  @Test
  void takesTheOnlyOneAgainAndAgainEvenIfItWasTried() {
    var balancer = balancer(endpoints("5"), 8);
    for (int i = 0; i < 100; i++) {
      assertThat(balancer.pick(Pick.FIRST)).isZero();
      assertThat(balancer.pick(index -> true)).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1 1 1 1", "1 2 3 200"})
  void retriesVisitEveryAvailableOneBeforeAnyTwice(String weights) {
    var endpoints = endpoints(weights);
    endpoints.get(2).available = false;
    var balancer = balancer(endpoints, 9);
    for (int request = 0; request < 1000; request++) {
      var tried = new BitSet();
      for (int attempt = 0; attempt < 3; attempt++) {
        int index = balancer.pick(tried::get);
        assertThat(tried.get(index)).as("tried before").isFalse();
        tried.set(index);
      }
      assertThat(tried).isEqualTo(BitSet.valueOf(new long[] {0b1011}));
      assertThat(balancer.pick(tried::get)).isIn(0, 1, 3);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1 1 1 1", "1 2 3 4"})
  void loopsDoNotAllStartWithTheSameOne(String weights) {
    var endpoints = endpoints(weights);
    var starts = new int[endpoints.size()];
    for (int loop = 0; loop < 400; loop++) {
      starts[balancer(endpoints, loop).pick(Pick.FIRST)]++;
    }
    assertThat(Arrays.stream(starts).boxed())
        .allSatisfy(count -> assertThat(count).isBetween(10, 250));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1 1 1 1", "1 2 3 4"})
  void allocatesNothingForAPick(String weights) {
    var endpoints = endpoints(weights);
    endpoints.get(1).available = false; // so that the slow path is walked as well
    var balancer = balancer(endpoints, 10);
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Pick retry = index -> index == 0;
    long fewest = Long.MAX_VALUE;
    for (int round = 0; round < 5; round++) { // the first may load classes
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 10_000; i++) {
        balancer.pick(Pick.FIRST);
        balancer.pick(retry);
      }
      fewest = Math.min(fewest, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(fewest).as("bytes allocated by 20,000 picks").isLessThan(2000);
  }

  @Test
  void refusesAWeightBelowOne() {
    var endpoint = new Endpoint(0);
    assertThatThrownBy(() -> balancer(List.of(endpoint), 11))
        .hasMessage("weight: 0 (expected: 1 or more)");
  }

  private Balancer balancer(List<Endpoint> endpoints, long seed) {
    return factory.build(endpoints, new SplittableRandom(seed));
  }

  private static int[] pickMany(Balancer balancer, int size, int picks) {
    var counts = new int[size];
    for (int i = 0; i < picks; i++) {
      counts[balancer.pick(Pick.FIRST)]++;
    }
    return counts;
  }

  private static void assertShares(int[] counts, List<Endpoint> endpoints) {
    double total = Arrays.stream(counts).sum();
    double weights =
        endpoints.stream().filter(Endpoint::isAvailable).mapToInt(Endpoint::weight).sum();
    for (int i = 0; i < counts.length; i++) {
      if (endpoints.get(i).available) {
        double expected = endpoints.get(i).weight / weights;
        assertThat(counts[i] / total).as("share of " + i).isCloseTo(expected, within(0.012));
      }
    }
  }

  static List<Endpoint> endpoints(String weights) {
    return Arrays.stream(weights.split(" ")).map(w -> new Endpoint(Integer.parseInt(w))).toList();
  }

  /** A candidate whose state the test sets. */
  static final class Endpoint implements Candidate {
    final int weight;
    boolean available = true;
    int inFlight;

    Endpoint(int weight) {
      this.weight = weight;
    }

    @Override
    public int weight() {
      return weight;
    }

    @Override
    public boolean isAvailable() {
      return available;
    }

    @Override
    public int inFlight() {
      return inFlight;
    }
  }
}
