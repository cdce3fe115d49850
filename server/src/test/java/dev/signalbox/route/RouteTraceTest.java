package dev.signalbox.route;

import static dev.signalbox.route.OfflineRequest.get;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RouteTraceTest {
  private static final RouteTable<String> TABLE =
      RouteTable.of(
          List.of(
              route("admin", List.of("admin.example.com"), List.of()),
              route("login", List.of("*.example.com"), List.of("/login", "/logout")),
              route("assets", List.of(), List.of("/assets/**")),
              route("shop", List.of("shop.example.com"), List.of("/**")),
              route("rest", List.of(), List.of())));

  @Test
  void eachEarlierRouteSaysWhichConditionFailedFirstAndWithWhichValues() {
    var trace = RouteTrace.of(TABLE, get("SHOP.example.com:8080/a/../cart?x=1"));
    assertThat(trace.host()).isEqualTo("shop.example.com");
    assertThat(trace.path()).isEqualTo("/cart");
    assertThat(trace.taken()).isSameAs(TABLE.routes().get(3));
    assertThat(trace.rejected())
        .extracting(r -> r.route().name() + ": " + r.mismatch())
        .containsExactly(
            "admin: host: shop.example.com (expected: admin.example.com)",
            "login: path: /cart (expected: /login or /logout)",
            "assets: path: /cart (expected: /assets/**)");
    assertThat(trace.skipped()).isEqualTo(3);
  }

  @Test
  void onlyRoutesOfOtherHostsOrPathsAreSkipped() {
    var post = new Match.MethodIs(List.of("POST"));
    var table =
        RouteTable.of(
            List.of(
                new Route<>("host", Match.host("a.test"), ""),
                new Route<>("path", Match.path("/y"), ""),
                new Route<>("method", new Match.All(List.of(Match.path("/x"), post)), "")));
    assertThat(RouteTrace.of(table, get("b.test/x")).rejected())
        .extracting(RouteTrace.Rejected::isSkipped)
        .containsExactly(true, true, false);
  }

  @Test
  void aRequestThatNoRouteTakesIsRejectedByAll() {
    var table = RouteTable.of(TABLE.routes().subList(0, 2));
    var trace = RouteTrace.of(table, get("/cart"));
    assertThat(trace.taken()).isNull();
    assertThat(trace.rejected())
        .extracting(r -> r.mismatch().toString())
        .containsExactly(
            "host: none (expected: admin.example.com)", "host: none (expected: *.example.com)");
    assertThat(trace.skipped()).isEqualTo(2);
  }

  @Test
  void combinedConditionsAreExplainedByTheirParts() {
    var login = Match.of(List.of("a.test"), List.of("/login"));
    var admin = Match.path("/admin/**");
    assertThat(mismatch(new Match.Any(List.of(login, admin))))
        .isEqualTo(
            "request: host b.test, path /x"
                + " (expected: (host a.test and path /login) or path /admin/**)");
    assertThat(mismatch(new Match.Not(Match.path("/x")))).isEqualTo("path: /x (expected: not /x)");
    var x = new Match.FieldMatch(new Field.Query("q"), new TextTest.Present());
    assertThat(RouteTrace.conditions(new Match.Not(x), get("b.test/x")))
        .extracting(RouteTrace.Condition::toString)
        .containsExactly("query q: none (is: absent)");
    assertThat(mismatch(new Match.Not(Match.of(List.of("b.test"), List.of("/x")))))
        .isEqualTo("request: (host b.test and path /x) (expected: not (host b.test and path /x))");
    assertThat(mismatch(new Match.All(List.of(Match.host("b.test"), Match.path("/y")))))
        .isEqualTo("path: /x (expected: /y)");
    assertThat(mismatch(new Match.Any(List.of())))
        .isEqualTo("request: any (expected: none, since the condition is empty)");
  }

  @Test
  void conditionsThatHoldAreToldLikeThoseThatFail() {
    var request = get("b.test/x/1");
    var hosts = new Match.Any(List.of(Match.host("a.test"), Match.host("b.test")));
    var post = new Match.MethodIs(List.of("POST"));
    var either = new Match.Any(List.of(post, Match.path("/x/**")));
    assertThat(RouteTrace.conditions(new Match.All(List.of(hosts, either, post)), request))
        .extracting(RouteTrace.Condition::toString)
        .containsExactly(
            "host: b.test (is: a.test or b.test)",
            "path: /x/1 (is: /x/**)",
            "method: GET (expected: POST)");
    assertThat(RouteTrace.conditions(Match.everything(), request)).isEmpty();
  }

  @Test
  void conditionsReadAsAConfigurationWritesThem() {
    assertThat(Match.of(List.of("a", "*.b"), List.of("/x/**", "/")))
        .hasToString("(host a or host *.b) and (path /x/** or path /)");
    assertThat(Match.everything()).hasToString("everything");
    assertThat(new Match.Not(Match.host("a"))).hasToString("not host a");
  }

  private static String mismatch(Match match) {
    var table = RouteTable.of(List.of(new Route<>("only", match, "")));
    return RouteTrace.of(table, get("b.test/x")).rejected().getFirst().mismatch().toString();
  }

  private static Route<String> route(String name, List<String> hosts, List<String> paths) {
    return new Route<>(name, Match.of(hosts, paths), name);
  }
}
