package dev.signalbox.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PercentOfTest {
  private static final int USERS = 20_000;
  private static final List<OfflineRequest> COOKIES = users("Cookie: UID=");

  private static List<OfflineRequest> users(String line) {
    var users = new ArrayList<OfflineRequest>();
    for (int i = 0; i < USERS; i++) {
      users.add(Asked.with(line + i));
    }
    return users;
  }

  private static PercentOf percent(int of, String by, String salt) {
    return new PercentOf(of, UserKey.of(by), salt);
  }

  private static long count(Match match) {
    return COOKIES.stream().filter(match::matches).count();
  }

  private static OfflineRequest from(String address, String... lines) {
    try {
      return Asked.fields(OfflineRequest.of("GET", "http://shop.example/"), lines)
          .client(InetAddress.getByName(address))
          .build();
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void theShareIsThatOfTheUsers() {
    for (int of : new int[] {100, 1000, 2500, 5000, 9000}) {
      double expected = USERS * of / 10_000.0;
      double deviation = Math.sqrt(expected * (1 - of / 10_000.0));
      assertThat((double) count(percent(of, "cookie:UID", "")))
          .as(of + " of 10,000")
          .isCloseTo(expected, within(4 * deviation));
    }
    assertThat(count(percent(0, "cookie:UID", ""))).isZero();
    assertThat(count(percent(10_000, "cookie:UID", ""))).isEqualTo(USERS);
  }

  @Test
  void aUserStaysAndALargerShareHoldsTheSmaller() {
    var ten = percent(1000, "cookie:UID", "");
    var twenty = percent(2000, "cookie:UID", "");
    for (var user : COOKIES) {
      assertThat(ten.matches(user)).isEqualTo(percent(1000, "cookie:UID", "").matches(user));
      assertThat(ten.matches(user) && !twenty.matches(user)).isFalse();
    }
  }

  @Test
  void sharesOfTwoSaltsAreIndependent() {
    var one = percent(2000, "cookie:UID", "checkout");
    var other = percent(2000, "cookie:UID", "search");
    long both = COOKIES.stream().filter(one::matches).filter(other::matches).count();
    assertThat((double) both).isCloseTo(USERS * 0.04, within(4 * Math.sqrt(USERS * 0.04)));
  }

  @Test
  void headersAndAddressesTellUsersToo() {
    long byHeader =
        users("X-User: u-").stream().filter(percent(5000, "header:X-User", "")::matches).count();
    assertThat((double) byHeader).isCloseTo(USERS / 2.0, within(300.0));
    int byAddress = 0;
    for (int i = 0; i < 10_000; i++) {
      boolean isIn = percent(5000, "address", "").matches(from("10.0." + i / 250 + "." + i % 250));
      byAddress += isIn ? 1 : 0;
    }
    assertThat((double) byAddress).isCloseTo(5000, within(200.0));
  }

  @Test
  void withoutAKeyItIsTheAddressAndWithoutThatAllAreOneUser() {
    var byCookie = percent(5000, "cookie:UID", "");
    var byAddress = percent(5000, "address", "");
    for (int i = 0; i < 100; i++) {
      assertThat(byCookie.matches(from("192.0.2." + i)))
          .isEqualTo(byAddress.matches(from("192.0.2." + i, "Cookie: UID=other")));
    }
    assertThat(byAddress.matches(Asked.with()))
        .isEqualTo(byAddress.matches(Asked.with("Cookie: UID=x")));
  }

  /** Another result would move users between releases. */
  @Test
  void theHashNeverChanges() {
    assertThat(percent(1, "cookie:UID", "").actual(Asked.with("Cookie: UID=alice")))
        .isEqualTo("at 36.73");
    assertThat(percent(1, "cookie:UID", "test").actual(Asked.with("Cookie: UID=alice")))
        .isEqualTo("at 73.22");
  }

  @Test
  void itIsShownAsItIsWritten() {
    assertThat(percent(25, "cookie:UID", "")).hasToString("percent by cookie:UID 0.25");
    assertThat(percent(10_000, "address", "beta")).hasToString("percent by address salt beta 100");
  }
}
