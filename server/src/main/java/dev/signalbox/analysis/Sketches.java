package dev.signalbox.analysis;

import dev.signalbox.analysis.text.RegexLanguage;
import dev.signalbox.analysis.text.TextEncoding;
import dev.signalbox.config.Cidr;
import dev.signalbox.route.Field;
import dev.signalbox.route.Match;
import dev.signalbox.route.PathTemplate;
import dev.signalbox.route.PathTemplate.Segment;
import dev.signalbox.route.Regex;
import dev.signalbox.route.TextTest;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * Some requests that a condition probably lets through, of different kinds. They are guesses: who
 * uses one asks the real matcher. Pure.
 */
final class Sketches {
  private static final int MOST = 48;
  private static final int OF_A_REGEX = 3;

  private Sketches() {}

  static List<Sketch> of(Match match) {
    return switch (match) {
      case Match.HostIs(var host) -> List.of(Sketch.ofHost(host));
      case Match.HostBelow(var domain) -> List.of(Sketch.ofHost("a." + domain));
      case Match.HostMatches(var regex) -> texts(regex).stream().map(Sketch::ofHost).toList();
      case Match.PathIs(var path) -> List.of(Sketch.ofPath(path));
      case Match.PathUnder(var path) -> under(path);
      case Match.PathMatches(var regex) ->
          texts(regex).stream().filter(path -> path.startsWith("/")).map(Sketch::ofPath).toList();
      case PathTemplate template -> template(template);
      case Match.MethodIs(var methods) ->
          methods.contains("GET")
              ? List.of(Sketch.ofMethod("GET"))
              : List.of(Sketch.ofMethod(methods.getFirst()));
      case Match.SchemeIs(var isSecure) -> List.of(Sketch.ofScheme(isSecure));
      case Match.ListenerIs(var listeners) ->
          listeners.stream().limit(2).map(Sketch::ofListener).toList();
      case Match.SourceIn(var networks) ->
          networks.stream().limit(1).map(Sketches::firstOf).map(Sketch::ofClient).toList();
      case Match.FieldMatch(var field, var test) ->
          texts(test).stream().map(text -> Sketch.ofField(field, text)).toList();
      case Match.All(var all) -> all(all);
      case Match.Any(var any) -> any(any);
      // What is not there may be anything else, and the rest of the sketch is likely enough.
      case Match.Not(Match.Path _) -> List.of(Sketch.BLANK, Sketch.ofPath("/x/y"));
      case Match.Not(Match.FieldMatch(Field field, var _)) ->
          List.of(Sketch.BLANK, Sketch.ofField(field, "x"));
      case Match.Not(Match.SchemeIs(var isSecure)) -> List.of(Sketch.ofScheme(!isSecure));
      case Match.Not _, Match.Detail _ -> List.of(Sketch.BLANK);
    };
  }

  private static List<Sketch> all(List<Match> all) {
    var product = new LinkedHashSet<>(List.of(Sketch.BLANK));
    for (var match : all) {
      var more = new LinkedHashSet<Sketch>();
      for (var right : of(match)) {
        for (var left : product) {
          if (more.size() < MOST) {
            more.add(left.or(right));
          }
          if (more.size() < MOST) {
            more.add(right.or(left));
          }
        }
      }
      product = more;
    }
    return List.copyOf(product);
  }

  private static List<Sketch> any(List<Match> any) {
    var sum = new LinkedHashSet<Sketch>();
    for (var match : any) {
      if (sum.size() < MOST) {
        sum.addAll(of(match));
      }
    }
    return sum.stream().limit(MOST).toList();
  }

  private static List<Sketch> under(String path) {
    var paths = new ArrayList<Sketch>();
    if (!path.isEmpty()) {
      paths.add(Sketch.ofPath(path));
    }
    for (var tail : List.of("/", "/a", "/x/y")) {
      paths.add(Sketch.ofPath(path + tail));
    }
    return paths;
  }

  private static List<Sketch> template(PathTemplate template) {
    var start = new StringBuilder();
    for (var segment : template.segments()) {
      start.append('/').append(segment instanceof Segment.Literal(var text) ? text : "a");
    }
    var tails = template.rest() == null ? List.of("") : List.of("/", "/a", "/x/y");
    return tails.stream().map(tail -> Sketch.ofPath(start + tail)).toList();
  }

  private static List<String> texts(Regex regex) {
    return switch (RegexLanguage.of(regex.pattern(), TextEncoding.LATIN_1)) {
      case RegexLanguage.Known(var texts) -> {
        var found = texts.examples(OF_A_REGEX);
        var one = found.isEmpty() ? texts.example() : null;
        yield one == null ? found : List.of(one);
      }
      case RegexLanguage.NotAnalysable _ -> List.of();
    };
  }

  private static List<String> texts(TextTest test) {
    return switch (test) {
      case TextTest.Is(var text, _) -> List.of(text);
      case TextTest.OneOf(var texts, _) -> texts.stream().limit(1).toList();
      case TextTest.Prefix(var text, _) -> List.of(text);
      case TextTest.Suffix(var text, _) -> List.of(text);
      case TextTest.Contains(var text, _) -> List.of(text);
      case TextTest.Matches(var regex) -> texts(regex);
      case TextTest.Present() -> List.of("1");
      case TextTest.Range(var min, var max) ->
          List.of(String.valueOf(min != Long.MIN_VALUE ? min : Math.min(max, 0)));
    };
  }

  private static InetAddress firstOf(Cidr network) {
    var text = network.toString();
    int slash = text.indexOf('/');
    return InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
  }
}
