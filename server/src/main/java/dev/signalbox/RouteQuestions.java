package dev.signalbox;

import dev.signalbox.analysis.Decider;
import dev.signalbox.analysis.Entrance;
import dev.signalbox.analysis.Explanation;
import dev.signalbox.analysis.JUnitXml;
import dev.signalbox.analysis.Outcome;
import dev.signalbox.analysis.RouteFile;
import dev.signalbox.analysis.TestDraft;
import dev.signalbox.analysis.TestRun;
import dev.signalbox.config.Address;
import dev.signalbox.config.DurationText;
import dev.signalbox.config.InvalidValue;
import dev.signalbox.config.Json;
import dev.signalbox.listener.BeforeRoutes;
import dev.signalbox.listener.ListenerConfig;
import dev.signalbox.listener.OwnAnswer;
import dev.signalbox.proxy.RouteConfig;
import dev.signalbox.proxy.RouteTimeouts;
import dev.signalbox.route.ClientCert;
import dev.signalbox.route.RouteTest;
import dev.signalbox.route.WrittenRequest;
import dev.signalbox.upstream.UpstreamConfig;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The commands' door to what a configuration decides: explanations and tests. It serves nothing and
 * asks what serves. Any thread may use it.
 */
public final class RouteQuestions {
  private final Decider decider;

  private RouteQuestions(Decider decider) {
    this.decider = decider;
  }

  /**
   * About a configuration. Reads its database of countries.
   *
   * @param now the time of requests that say none
   * @throws StartupException if that can't be read any more
   */
  public static RouteQuestions of(ServerConfig config, Instant now) {
    var upstreams = new LinkedHashMap<String, RouteFile.Group>();
    config.upstreams().values().forEach(one -> upstreams.put(one.name(), group(one)));
    var file =
        new RouteFile(
            Rules.of(config),
            config.listeners().stream().map(RouteQuestions::entrance).toList(),
            upstreams,
            config.routes().stream().map(route -> timeouts(route.timeouts())).toList(),
            testsIn(config));
    return new RouteQuestions(new Decider(file, now, SnapshotBuilder.geo(config.geoDatabase())));
  }

  private static Entrance entrance(ListenerConfig listener) {
    int port = listener.bind() instanceof Address.Tcp tcp ? tcp.port() : 0;
    var before = BeforeRoutes.of(listener);
    return new Entrance(
        listener.name(),
        listener.bind().toString(),
        port,
        listener.tls() != null,
        listener.takesConnect(),
        (request, serverName) ->
            outcome(
                before.to(
                    request.head(), request.isSecure(), serverName, request.clientCert() != null)),
        before.example());
  }

  static @Nullable Outcome outcome(@Nullable OwnAnswer own) {
    return switch (own) {
      case null -> null;
      case OwnAnswer.Refusal(int status, String why) -> new Outcome.Refused(status, why);
      case OwnAnswer.Elsewhere(int status, String to) -> new Outcome.Redirected(status, to);
      case OwnAnswer.NoHandshake(String why) -> new Outcome.NoHandshake(why);
    };
  }

  private static RouteFile.Group group(UpstreamConfig upstream) {
    return new RouteFile.Group(
        upstream.endpoints().stream().map(ConfigSummary::endpoint).toList(),
        upstream.balance().toString());
  }

  private static Map<String, String> timeouts(RouteTimeouts timeouts) {
    var texts = new LinkedHashMap<String, String>();
    texts.put("connect", DurationText.text(timeouts.connect()));
    texts.put("response", DurationText.text(timeouts.response()));
    texts.put("idle", DurationText.text(timeouts.idle()));
    texts.put("total", timeouts.total() == null ? "none" : DurationText.text(timeouts.total()));
    return texts;
  }

  /** What routes expect, in their order, and then the tests of the file. */
  private static List<RouteTest> testsIn(ServerConfig config) {
    var tests = new ArrayList<RouteTest>();
    for (RouteConfig route : config.routes()) {
      var then = new RouteTest.Then(route.name(), null, null, null, null);
      route.expect().forEach(one -> tests.add(new RouteTest("", one.request(), then, one.at())));
    }
    tests.addAll(config.tests());
    return tests;
  }

  /**
   * A request, each part as it was written on a command line.
   *
   * @param method null for a GET
   * @param headers each {@code Name: value}
   * @param cookies each {@code name=value}
   */
  public record Question(
      @Nullable String method,
      String url,
      List<String> headers,
      List<String> cookies,
      @Nullable String from,
      @Nullable String sni,
      @Nullable String clientCert,
      @Nullable String body,
      @Nullable String at,
      @Nullable String listener,
      @Nullable String country,
      @Nullable String continent) {
    public Question {
      headers = List.copyOf(headers);
      cookies = List.copyOf(cookies);
    }

    private WrittenRequest written() {
      return new WrittenRequest(
          method == null ? "GET" : WrittenRequest.method(method),
          method == null ? WrittenRequest.url(url) : url,
          headers.stream().map(WrittenRequest.Line::parse).toList(),
          cookies.stream().map(WrittenRequest::cookie).toList(),
          from == null ? null : WrittenRequest.address(from),
          sni,
          clientCert == null ? null : ClientCert.parse(clientCert),
          body,
          at == null ? null : WrittenRequest.instant(at),
          listener,
          country == null ? null : WrittenRequest.country(country),
          continent == null ? null : WrittenRequest.continent(continent));
    }
  }

  /** Why a request goes where it goes. */
  public static final class Explained {
    private final Explanation explanation;

    private Explained(Explanation explanation) {
      this.explanation = explanation;
    }

    /** For people. */
    public String text(boolean colour) {
      return explanation.text(colour);
    }

    /** For machines: one JSON document. */
    public String json() {
      return Json.write(explanation.json());
    }

    /** Whether a route does something with it; of a question why not, whether that route does. */
    public boolean isFine() {
      var whyNot = explanation.whyNot();
      return whyNot != null
          ? whyNot.isTaken()
          : !(explanation.decision().outcome() instanceof Outcome.Unrouted
              || explanation.decision().outcome() instanceof Outcome.NoHandshake
              || explanation.decision().outcome() instanceof Outcome.Refused);
    }
  }

  /**
   * Explains.
   *
   * @param whyNot the name of a route that might take it, or null
   * @throws InvalidValue if something in the question can't be
   */
  public Explained explain(Question question, @Nullable String whyNot) {
    return new Explained(Explanation.of(decider, question.written(), whyNot));
  }

  /** What came of the tests of a file. */
  public static final class Tested {
    private final TestRun run;

    private Tested(TestRun run) {
      this.run = run;
    }

    /** How many there were. */
    public int count() {
      return run.results().size();
    }

    public boolean isFine() {
      return run.isFine();
    }

    /** A line for each test, and more where it failed; or only for those. */
    public String text(boolean onlyFailed) {
      return run.text(!onlyFailed);
    }

    /** As in {@code 12 tests, 1 failed}. */
    public String summary() {
      return run.summary();
    }
  }

  /**
   * Runs the tests of a configuration, and what its routes expect, without preparing for any where
   * there are none.
   */
  public static Tested tests(ServerConfig config, Instant now) {
    return testsIn(config).isEmpty() ? new Tested(new TestRun(List.of())) : of(config, now).test();
  }

  /** Runs the tests of the file, and what its routes expect. */
  public Tested test() {
    return new Tested(TestRun.of(decider));
  }

  /** Runs of several files as one JUnit document, by the files' names. */
  public static String junitXml(Map<String, Tested> runs) {
    var all = new LinkedHashMap<String, TestRun>();
    runs.forEach((file, tested) -> all.put(file, tested.run));
    return JUnitXml.of(all);
  }

  /** Runs of several files as one JSON document, by the files' names. */
  public static String json(Map<String, Tested> runs) {
    var all = new ArrayList<Object>();
    runs.forEach((file, tested) -> all.add(tested.run.json(file)));
    return Json.write(all);
  }

  /**
   * Tests to start from.
   *
   * @param yaml a {@code tests} list
   * @param missing for how many routes no request was found
   */
  public record Draft(String yaml, int missing) {}

  /** For each route a request that it takes. */
  public Draft draftTests() {
    var draft = TestDraft.of(decider);
    return new Draft(draft.text(), draft.missing());
  }
}
