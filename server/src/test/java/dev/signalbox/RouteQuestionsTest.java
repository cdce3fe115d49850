package dev.signalbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.RouteQuestions.Question;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RouteQuestionsTest {
  private static final Instant NOW = Instant.parse("2026-11-23T09:00:00Z");
  private static final int MANY = 10_000;

  @TempDir private Path folder;

  static Stream<Path> examples() {
    return ExamplesTest.examples().stream();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void testsDraftedForAnExamplePass(Path example) throws IOException {
    var text = Files.readString(example).replaceFirst("(?ms)^tests:\n.*", "");
    var config = ServerConfig.read(example.toString(), text, _ -> null);
    var draft = RouteQuestions.of(config, NOW).draftTests();
    var both = ServerConfig.read(example.toString(), text + "\n" + draft.yaml(), _ -> null);

    assertThat(draft.missing()).isZero();
    assertThat(both.tests()).hasSameSizeAs(both.routes());
    var tested = RouteQuestions.of(both, NOW).test();
    assertThat(tested.text(true)).isEmpty();
    assertThat(tested.count()).isGreaterThanOrEqualTo(both.routes().size());
  }

  @ParameterizedTest
  @MethodSource("examples")
  void testsOfAnExamplePass(Path example) {
    var questions = RouteQuestions.of(ServerConfig.load(example, _ -> null), NOW);
    assertThat(questions.test().text(true)).isEmpty();
  }

  /** Whatever is drafted for rules in any order passes: the table has certified it. */
  @Test
  void testsDraftedForAnyRoutesPass() {
    for (int seed = 0; seed < 200; seed++) {
      var text = routes(new Random(seed));
      var draft = RouteQuestions.of(ServerConfig.read("a", text, _ -> null), NOW).draftTests();
      var both = ServerConfig.read("a", text + draft.yaml(), _ -> null);
      var tested = RouteQuestions.of(both, NOW).test();
      assertThat(tested.text(true)).as("seed " + seed).isEmpty();
      assertThat(tested.count() + draft.missing()).isEqualTo(both.routes().size());
    }
  }

  private static String routes(Random random) {
    var out = new StringBuilder("listeners: { web: { bind: ':80' }, other: { bind: ':81' } }\n");
    out.append("upstreams: { app: [10.0.0.1:80] }\nroutes:\n");
    var conditions =
        List.of(
            "host: a.test",
            "host: '*.a.test'",
            "host: { regex: '[ab].test' }",
            "path: /a/**",
            "path: '/a/{x}'",
            "path: { regex: '/[ab]+/c' }",
            "method: [POST, PUT]",
            "header: { X-A: '1' }",
            "header: { X-A: { absent: true } }",
            "query: { q: { range: '2..5' } }",
            "cookie: { c: { prefix: x } }",
            "source: 10.0.0.0/8",
            "listener: other",
            "client-cert: { subject: { prefix: CN= }, san: [box, 10.0.0.7] }",
            "client-cert: { absent: true }",
            "not: { path: /a/** }",
            "any: [{ path: /b }, { header: { X-A: { suffix: z } } }]",
            "scheme: https");
    for (int i = 0; i < 6; i++) {
      var some =
          random
              .ints(2, 0, conditions.size())
              .distinct()
              .mapToObj(conditions::get)
              .collect(
                  java.util.stream.Collectors.toMap(
                      text -> text.replaceAll(":.*", ""), text -> text, (a, _) -> a));
      out.append("  - { name: r").append(i).append(", to: app, match: { ");
      out.append(String.join(", ", some.values())).append(" } }\n");
    }
    return out.toString();
  }

  @Test
  void aTestIsAboutWhatServingDoesAtThatTimeAndPlace() throws IOException {
    new TinyGeoDatabase("Tiny-Country")
        .with("192.0.2.0/24", Map.of("country", "DE", "continent", "EU"))
        .writeTo(folder.resolve("tiny.mmdb"));
    var config =
        """
        geo: { database: %s }
        listeners: { web: { bind: ":8080" }, other: { bind: ":8081" } }
        upstreams: { app: [10.0.0.1:80] }
        routes:
          - { name: berlin, match: { country: DE }, to: app }
          - { name: europe, match: { continent: EU }, to: app }
          - { name: monday, match: { time: { days: [mon] } }, to: app }
          - { name: other, match: { listener: other }, to: app }
          - { name: form, match: { body: { form: user, is: anna } }, to: app }
          - { name: sni, match: { sni: a.test }, to: app }
        tests:
          - { request: "http://a.test/", from: 192.0.2.7, then: { route: berlin } }
          - { request: "http://a.test/", from: 192.0.2.7, country: FR, then: { route: europe } }
          - { request: "http://a.test/", then: { route: monday } }
          - { request: "http://a.test/", at: 2026-11-24T09:00Z, then: { route: none } }
          - { request: "http://a.test:8081/", at: 2026-11-24T09:00Z, then: { route: other } }
          - { request: "http://a.test/", listener: other, at: 2026-11-24T09:00Z, then: { route: other } }
          - request: "POST http://a.test/"
            headers: { Content-Type: application/x-www-form-urlencoded }
            body: "x=1&user=anna"
            at: 2026-11-24T09:00Z
            then: { route: form }
          - { request: "https://a.test/", sni: A.test, at: 2026-11-24T09:00Z, then: { route: sni } }
        """
            .formatted(folder.resolve("tiny.mmdb"));
    var tested = RouteQuestions.of(ServerConfig.read("a.yaml", config, _ -> null), NOW).test();

    assertThat(tested.text(true)).isEmpty();
    assertThat(tested.summary()).isEqualTo("8 tests, all fine");
  }

  @Test
  void ofManyRoutesThoseOfOtherHostsAndPathsAreOnlyCounted() {
    var text = new StringBuilder("listeners: { web: { bind: ':80' } }\nroutes:\n");
    IntStream.range(0, MANY)
        .forEach(i ->
            text.append(
                "  - { name: r%d, match: { host: h%d.test }, respond: 200 }\n".formatted(i, i)));
    text.append("  - { name: last, match: { method: GET }, respond: 200 }\n");
    var questions = RouteQuestions.of(ServerConfig.read("a.yaml", text.toString(), _ -> null), NOW);

    assertThat(questions.explain(get("http://a.test/x"), null).text(false))
        .contains("└─ 10,000 routes of other hosts or paths\n")
        .hasLineCount(13);
    assertThat(questions.explain(get("http://a.test/x"), "r77").text(false))
        .contains("it takes  GET http://h77.test/x\n");
  }

  @Test
  void whatARequestSaysSteersNoTerminal() {
    var config = "listeners: { web: { bind: ':80' } }\nroutes: [{ name: a, respond: 200 }]\n";
    var questions = RouteQuestions.of(ServerConfig.read("a.yaml", config, _ -> null), NOW);
    var question =
        new Question(
            "GET",
            "http://a.test/",
            List.of(),
            List.of(),
            null,
            "\u001b[31m\u202e",
            null,
            null,
            null,
            null,
            null,
            null);

    assertThat(questions.explain(question, null).text(false)).doesNotContain("\u001b", "\u202e");
    assertThat(questions.explain(question, null).json()).doesNotContain("\u001b");
    assertThat(questions.explain(question, null).text(true)).doesNotContain("\u001b[31m");
  }

  private static Question get(String url) {
    return new Question(
        null, url, List.of(), List.of(), null, null, null, null, null, null, null, null);
  }
}
