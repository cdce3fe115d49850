package dev.signalbox.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.config.Cidr;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AddressSetTest {
  private final Random random = new Random(20261123);

  @Test
  void everyOperationAgreesWithTheNetworks() {
    for (int i = 0; i < 1000; i++) {
      var ones = networks();
      var others = networks();
      var one = AddressSet.of(ones);
      var other = AddressSet.of(others);
      var seen = new ArrayList<AddressSet>();
      for (var set :
          List.of(one, one.not(), one.and(other), one.or(other), one.minus(other), other.not())) {
        for (var address : set.examples(8)) {
          var bytes = address.getAddress();
          boolean inOne = ones.stream().anyMatch(network -> network.contains(bytes));
          boolean inOther = others.stream().anyMatch(network -> network.contains(bytes));
          var at = seen.size();
          boolean expected =
              switch (at) {
                case 0 -> inOne;
                case 1 -> !inOne;
                case 2 -> inOne && inOther;
                case 3 -> inOne || inOther;
                case 4 -> inOne && !inOther;
                default -> !inOther;
              };
          assertThat(expected).as("%s: %s and %s, set %d", address, ones, others, at).isTrue();
        }
        seen.add(set);
      }
      assertThat(one.or(one.not())).isEqualTo(AddressSet.ALL);
      assertThat(one.and(one.not()).isEmpty()).isTrue();
      assertThat(one.and(other)).isEqualTo(one.not().or(other.not()).not());
      assertThat(one.and(other).or(one.minus(other))).isEqualTo(one);
      assertThat(one.and(other).isSubsetOf(one)).isTrue();
    }
  }

  @Test
  void allOfIpv6HasNothingOfIpv4() {
    var six = AddressSet.of(Cidr.parse("::/0"));
    var four = AddressSet.of(Cidr.parse("0.0.0.0/0"));
    assertThat(six.and(four).isEmpty()).isTrue();
    assertThat(six.or(four)).isEqualTo(AddressSet.ALL);
    assertThat(AddressSet.ALL.example()).hasToString("/0.0.0.0");
    assertThat(six.examples(2)).extracting(Object::toString).first().isEqualTo("/0:0:0:0:0:0:0:0");
    assertThat(AddressSet.NONE.example()).isNull();
  }

  @Test
  void halvesOfANetworkTogetherAreTheNetwork() {
    var whole = AddressSet.of(Cidr.parse("10.0.0.0/8"));
    var halves = AddressSet.of(List.of(Cidr.parse("10.128.0.0/9"), Cidr.parse("10.0.0.0/9")));
    assertThat(whole).isEqualTo(halves);
    assertThat(whole.minus(AddressSet.of(Cidr.parse("10.0.0.0/9"))).example())
        .hasToString("/10.128.0.0");
  }

  private List<Cidr> networks() {
    var networks = new ArrayList<Cidr>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      networks.add(
          random.nextInt(3) > 0
              ? Cidr.parse(
                  "10.0.0." + (random.nextInt(4) * 64) + "/" + (26 + random.nextInt(2) * 6))
              : Cidr.parse(
                  List.of("::/0", "2001:db8::/32", "::1", "8000::/1").get(random.nextInt(4))));
    }
    return networks;
  }
}
