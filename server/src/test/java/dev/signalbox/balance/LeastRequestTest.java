package dev.signalbox.balance;

import static dev.signalbox.balance.BalancerContractTest.endpoints;
import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.balance.Balancer.Pick;
import dev.signalbox.balance.BalancerContractTest.Endpoint;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LeastRequestTest {
  @Test
  void takesTheOneWithTheFewestRequestsInFlight() {
    var endpoints = endpoints("1 1 1");
    busy(endpoints, 3, 1, 2);
    assertThat(pick(endpoints)).isEqualTo(1);
  }

  @Test
  void countsRequestsInRelationToTheWeight() {
    var endpoints = endpoints("1 10 2");
    busy(endpoints, 2, 11, 3); // 2.0, 1.1, 1.5
    assertThat(pick(endpoints)).isEqualTo(1);
  }

  @Test
  void aBusyOneIsTakenWhenTheIdleOnesAreGoneOrTried() {
    var endpoints = endpoints("1 1 1");
    busy(endpoints, 9, 0, 0);
    endpoints.get(1).available = false;
    var balancer = LeastRequest.factory().build(endpoints, new SplittableRandom(1));
    assertThat(balancer.pick(index -> index == 2)).isZero();
  }

  @Test
  void fillsUpEndpointsByWeight() {
    var endpoints = endpoints("1 2 5");
    var balancer = LeastRequest.factory().build(endpoints, new SplittableRandom(1));
    for (int i = 0; i < 800; i++) {
      endpoints.get(balancer.pick(Pick.FIRST)).inFlight++;
    }
    assertThat(endpoints).extracting(e -> e.inFlight).containsExactly(100, 200, 500);
  }

  @Test
  void countsNearTheLargestIntegerDoNotOverflow() {
    var endpoints = endpoints("255 256");
    busy(endpoints, Integer.MAX_VALUE, Integer.MAX_VALUE - 1);
    assertThat(pick(endpoints)).isEqualTo(1);
  }

  private static int pick(List<Endpoint> endpoints) {
    return LeastRequest.factory().build(endpoints, new SplittableRandom(1)).pick(Pick.FIRST);
  }

  private static void busy(List<Endpoint> endpoints, int... inFlight) {
    for (int i = 0; i < inFlight.length; i++) {
      endpoints.get(i).inFlight = inFlight[i];
    }
  }
}
