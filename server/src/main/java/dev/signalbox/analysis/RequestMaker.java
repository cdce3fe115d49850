package dev.signalbox.analysis;

import dev.signalbox.analysis.text.RegexLanguage;
import dev.signalbox.analysis.text.TextEncoding;
import dev.signalbox.config.Cidr;
import dev.signalbox.route.AcceptsType;
import dev.signalbox.route.AuthorizationIs;
import dev.signalbox.route.BodyField;
import dev.signalbox.route.ClientCertIs;
import dev.signalbox.route.ContentTypeIs;
import dev.signalbox.route.ContinentIn;
import dev.signalbox.route.CountryIn;
import dev.signalbox.route.DeviceIs;
import dev.signalbox.route.Field;
import dev.signalbox.route.LanguageIs;
import dev.signalbox.route.Match;
import dev.signalbox.route.PathTemplate;
import dev.signalbox.route.PercentOf;
import dev.signalbox.route.Regex;
import dev.signalbox.route.TextTest;
import dev.signalbox.route.TimeIn;
import dev.signalbox.route.WrittenRequest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Makes a request that a rule takes out of one that it does not, by changing what stands in the
 * way. It guesses, and the table certifies: what it gives is right, and where it gives nothing
 * there may still be one. Belongs to one thread.
 */
final class RequestMaker {
  /** Of one condition, that many ways to meet it are tried; of all together, {@link #MOST}. */
  private static final int MOST_WAYS = 6;

  private static final int MOST = 48;
  private static final int MOST_TRIES = 300;

  private final Decider decider;

  RequestMaker(Decider decider) {
    this.decider = decider;
  }

  /** A request that the rule takes, like this one in as much as may be. */
  Optional<WrittenRequest> toward(Rule rule, WrittenRequest base) {
    var queue = new ArrayDeque<>(meet(rule.match(), Draft.of(base, decider.arriving(base))));
    var seen = new HashSet<Draft>();
    for (int tries = 0; tries < MOST_TRIES && !queue.isEmpty(); tries++) {
      var draft = queue.removeFirst();
      var request = draft.request(decider);
      if (request == null || !rule.match().matches(request) || !seen.add(draft)) {
        continue;
      }
      var decision = decider.decide(draft.written());
      var taken = decision.rule();
      if (taken == null) {
        if (decision.isBeforeRoutes()) {
          pass(decision, draft).forEach(queue::addLast);
        }
        continue;
      }
      if (taken.index() == rule.index()) {
        return Optional.of(draft.written());
      }
      // The way that was begun is gone to its end first: earlier rules stand behind each other.
      avoid(taken.match(), draft).stream()
          .flatMap(without -> meet(rule.match(), without).stream())
          .distinct()
          .limit(MOST)
          .toList()
          .reversed()
          .forEach(queue::addFirst);
    }
    return Optional.empty();
  }

  /** Drafts that a listener may let through to the routes. */
  private static Stream<Draft> pass(Decision decision, Draft draft) {
    var secure = draft.withSecure(true);
    var host = decision.arrival().listener().example();
    var some = host.isEmpty() ? List.of(secure) : List.of(secure, secure.withHost(host));
    var proved = some.stream().map(one -> one.withClientCert(ClientCertIs.Part.CERTIFICATE, ""));
    return Stream.concat(some.stream(), proved);
  }

  private boolean holds(Match match, Draft draft) {
    var request = draft.request(decider);
    return request != null && match.matches(request);
  }

  /** Drafts that are likely to match: first this one itself, if it does. */
  private List<Draft> meet(Match match, Draft draft) {
    var ways = new LinkedHashSet<Draft>();
    if (holds(match, draft)) {
      ways.add(draft);
    }
    switch (match) {
      case Match.All(var all) -> {
        var drafts = List.of(draft);
        for (var part : all) {
          drafts =
              drafts.stream()
                  .flatMap(one -> meet(part, one).stream().limit(MOST_WAYS))
                  .distinct()
                  .limit(MOST)
                  .toList();
        }
        ways.addAll(drafts);
      }
      case Match.Any(var any) -> any.forEach(part -> ways.addAll(meet(part, draft)));
      case Match.Not(var not) -> ways.addAll(avoid(not, draft));
      case Match.Host host -> hosts(host).forEach(text -> ways.add(draft.withHost(text)));
      case Match.Path path -> paths(path).forEach(text -> ways.add(draft.withPath(text)));
      case Match.Detail detail -> ways.addAll(meetDetail(detail, draft));
    }
    return ways.stream().limit(MOST).toList();
  }

  private List<Draft> meetDetail(Match.Detail detail, Draft draft) {
    return switch (detail) {
      case Match.MethodIs(var methods) -> methods.stream().map(draft::withMethod).toList();
      case Match.SchemeIs(var isSecure) -> List.of(draft.withSecure(isSecure));
      case Match.ListenerIs(var names) -> names.stream().map(draft::withListener).toList();
      case Match.SourceIn(var networks) ->
          networks.stream().flatMap(RequestMaker::addresses).map(draft::withFrom).toList();
      case Match.FieldMatch(var field, var test) ->
          texts(test).stream().map(text -> with(field, text, draft)).toList();
      case CountryIn _,
          ContinentIn _,
          AcceptsType _,
          ContentTypeIs _,
          LanguageIs _,
          DeviceIs _,
          AuthorizationIs _,
          TimeIn _,
          PercentOf _,
          BodyField _,
          ClientCertIs _ ->
          SpecialParts.of(detail, specialTexts(detail), draft)
              .filter(other -> holds(detail, other))
              .limit(MOST_WAYS)
              .toList();
    };
  }

  private static List<String> specialTexts(Match.Detail detail) {
    return switch (detail) {
      case BodyField(_, var test) -> texts(test);
      case ClientCertIs(_, var test) -> texts(test);
      case Match.Detail _ -> List.of();
    };
  }

  /** Drafts that do not match. */
  private List<Draft> avoid(Match match, Draft draft) {
    return holds(match, draft)
        ? without(match, draft).stream().filter(other -> !holds(match, other)).toList()
        : List.of(draft);
  }

  /** Likely not to match. */
  private List<Draft> without(Match match, Draft draft) {
    return switch (match) {
      case Match.All(var all) -> all.stream().flatMap(part -> avoid(part, draft).stream()).toList();
      case Match.Any(var any) -> {
        var drafts = List.of(draft);
        for (var part : any) {
          drafts = drafts.stream().flatMap(one -> avoid(part, one).stream()).limit(MOST).toList();
        }
        yield drafts;
      }
      case Match.Not(var not) -> meet(not, draft);
      case Match.Host _ ->
          List.of(draft.withHost("www.example.com"), draft.withHost("other.example.net"));
      case Match.Path _ ->
          Stream.of(draft.path() + "-x", draft.path().replaceFirst("/+$", "") + "/x", "/", "/x")
              .map(draft::withPath)
              .toList();
      case Match.Detail detail -> avoidDetail(detail, draft);
    };
  }

  private List<Draft> avoidDetail(Match.Detail detail, Draft draft) {
    return switch (detail) {
      case Match.MethodIs _ ->
          Stream.of("GET", "POST", "PUT", "DELETE").map(draft::withMethod).toList();
      case Match.SchemeIs(var isSecure) -> List.of(draft.withSecure(!isSecure));
      case Match.ListenerIs _ ->
          decider.file().listeners().stream()
              .map(listener -> draft.withListener(listener.name()))
              .toList();
      case Match.SourceIn _ ->
          Stream.of("192.0.2.1", "10.0.0.1", "2001:db8::1")
              .map(InetAddress::ofLiteral)
              .map(draft::withFrom)
              .toList();
      case Match.FieldMatch(var field, _) ->
          List.of(without(field, draft), with(field, "x", draft), with(field, "0", draft));
      case CountryIn _,
          ContinentIn _,
          AcceptsType _,
          ContentTypeIs _,
          LanguageIs _,
          DeviceIs _,
          AuthorizationIs _,
          TimeIn _,
          PercentOf _,
          BodyField _,
          ClientCertIs _ ->
          SpecialParts.without(detail, draft)
              .filter(other -> !holds(detail, other)) // before most are left out
              .limit(MOST_WAYS)
              .toList();
    };
  }

  private static Draft with(Field field, String text, Draft draft) {
    return switch (field) {
      case Field.Header(var name) -> draft.withHeader(name, text);
      case Field.Cookie(var name) -> draft.withCookie(name, text);
      case Field.Query(var name) -> draft.withQuery(name, text);
      case Field.Sni() -> draft.withSecure(true).withSni(text);
    };
  }

  private static Draft without(Field field, Draft draft) {
    return switch (field) {
      case Field.Header(var name) -> draft.withHeader(name, null);
      case Field.Cookie(var name) -> draft.withCookie(name, null);
      case Field.Query(var name) -> draft.withQuery(name, null);
      case Field.Sni() -> draft.withSni(null);
    };
  }

  private static List<String> hosts(Match.Host host) {
    return switch (host) {
      case Match.HostIs(var name) -> List.of(name);
      case Match.HostBelow(var domain) -> List.of("www." + domain, "x." + domain);
      case Match.HostMatches(var regex) -> examples(regex);
    };
  }

  private static List<String> paths(Match.Path path) {
    return switch (path) {
      case Match.PathIs(var text) -> List.of(text);
      case Match.PathUnder(var text) -> List.of(text + "/", text + "/x", text, text + "/x/y");
      case Match.PathMatches(var regex) -> examples(regex);
      case PathTemplate template -> paths(template);
    };
  }

  private static List<String> paths(PathTemplate template) {
    return Stream.of("1", "x", "abc")
        .map(text -> {
          var path = new StringBuilder();
          for (var segment : template.segments()) {
            path.append('/')
                .append(
                    segment instanceof PathTemplate.Segment.Literal(var literal) ? literal : text);
          }
          return path.append(template.rest() == null ? "" : "/" + text).toString();
        })
        .toList();
  }

  private static List<String> texts(TextTest test) {
    return switch (test) {
      case TextTest.Is(var text, _) -> List.of(text);
      case TextTest.OneOf(var texts, _) -> texts;
      case TextTest.Prefix(var text, _) -> List.of(text, text + "x");
      case TextTest.Suffix(var text, _) -> List.of(text, "x" + text);
      case TextTest.Contains(var text, _) -> List.of(text, "x" + text + "x");
      case TextTest.Matches(var regex) -> examples(regex);
      case TextTest.Present() -> List.of("1", "x");
      case TextTest.Range(var min, var max) ->
          List.of(
              String.valueOf(min == Long.MIN_VALUE ? Math.min(0, max) : min), String.valueOf(max));
    };
  }

  private static List<String> examples(Regex regex) {
    return RegexLanguage.of(regex.pattern(), TextEncoding.LATIN_1)
            instanceof RegexLanguage.Known(var texts)
        ? texts.examples(MOST_WAYS)
        : List.of();
  }

  /** Of a network, its first address but one, as the first is often nobody's. */
  private static Stream<InetAddress> addresses(Cidr network) {
    var text = network.toString();
    int slash = text.indexOf('/');
    var first = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
    byte[] bytes = first.getAddress();
    bytes[bytes.length - 1] |= 1;
    var all = new ArrayList<InetAddress>();
    if (network.contains(bytes)) {
      try {
        all.add(InetAddress.getByAddress(bytes));
      } catch (UnknownHostException e) {
        throw new IllegalStateException(e); // its length is an address's own
      }
    }
    all.add(first);
    return all.stream();
  }
}
