package dev.signalbox.analysis;

import dev.signalbox.route.AcceptsType;
import dev.signalbox.route.AuthorizationIs;
import dev.signalbox.route.BodyField;
import dev.signalbox.route.BodyPointer;
import dev.signalbox.route.ClientCertIs;
import dev.signalbox.route.ContentTypeIs;
import dev.signalbox.route.ContinentIn;
import dev.signalbox.route.CountryIn;
import dev.signalbox.route.DeviceIs;
import dev.signalbox.route.Field;
import dev.signalbox.route.LanguageIs;
import dev.signalbox.route.Match;
import dev.signalbox.route.MediaRange;
import dev.signalbox.route.OfflineRequest;
import dev.signalbox.route.PercentOf;
import dev.signalbox.route.TextTest;
import dev.signalbox.route.TimeIn;
import java.net.InetAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What to put in a request so that a condition holds of which the calculus knows nothing: guesses,
 * of which each is tried on the condition itself. Pure.
 */
final class Hints {
  private static final int MOST = 3;
  private static final int USERS = 200;

  /** A Monday, just after midnight. */
  private static final Instant MONDAY = Instant.parse("2026-01-05T00:30:00Z");

  private static final List<String> USER_AGENTS =
      List.of(
          "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36",
          "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1 Mobile/15E148",
          "Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1",
          "Googlebot/2.1 (+http://www.google.com/bot.html)");

  private Hints() {}

  /** Up to a few changes to a plain request after which the condition holds, or does not. */
  static List<UnaryOperator<OfflineRequest.Builder>> of(Match match, boolean isMet) {
    var fine = new ArrayList<UnaryOperator<OfflineRequest.Builder>>();
    for (var guess : guesses(match)) {
      if (fine.size() < MOST && match.matches(guess.apply(plain()).build()) == isMet) {
        fine.add(guess);
      }
    }
    return fine.isEmpty() ? List.of(UnaryOperator.identity()) : fine;
  }

  private static OfflineRequest.Builder plain() {
    return OfflineRequest.of("GET", "http://example.com/");
  }

  private static List<UnaryOperator<OfflineRequest.Builder>> guesses(Match match) {
    var guesses = new ArrayList<UnaryOperator<OfflineRequest.Builder>>();
    guesses.add(UnaryOperator.identity());
    switch (match) {
      case CountryIn(var codes) ->
          codes.stream().sorted().forEach(code -> guesses.add(b -> b.country(code)));
      case ContinentIn(var codes) ->
          codes.stream().sorted().forEach(code -> guesses.add(b -> b.continent(code)));
      case TimeIn _ -> times().forEach(time -> guesses.add(b -> b.at(time)));
      case DeviceIs _ -> USER_AGENTS.forEach(text -> guesses.add(header("User-Agent", text)));
      case LanguageIs(var prefers, var offered) -> {
        guesses.add(header("Accept-Language", prefers));
        offered.forEach(language -> guesses.add(header("Accept-Language", language)));
      }
      case ContentTypeIs(var ranges) ->
          ranges.forEach(range -> guesses.add(header("Content-Type", example(range))));
      case AcceptsType(var types) ->
          types.forEach(type -> guesses.add(header("Accept", example(type))));
      case AuthorizationIs(var scheme, var user) -> {
        var basic = (user == null ? "user" : user) + ":secret";
        var encoded = Base64.getEncoder().encodeToString(basic.getBytes(StandardCharsets.UTF_8));
        guesses.add(header("Authorization", scheme + " token"));
        guesses.add(header("Authorization", "Basic " + encoded));
      }
      case PercentOf percent -> users(percent, guesses);
      case BodyField(var pointer, var test) -> bodies(pointer, test, guesses);
      case ClientCertIs(var part, var test) ->
          values(test).forEach(text -> guesses.add(b -> b.clientCert(part, text)));
      case Match.Host _, Match.Path _, Match.All _, Match.Any _, Match.Not _, Match.Detail _ -> {}
    }
    return guesses;
  }

  private static UnaryOperator<OfflineRequest.Builder> header(String name, String value) {
    return builder -> builder.header(name, value);
  }

  /** Each hour of a week, and the same Monday of other years. */
  private static List<Instant> times() {
    var times = new ArrayList<Instant>();
    for (int hour = 0; hour < 7 * 24; hour++) {
      times.add(MONDAY.plus(Duration.ofHours(hour)));
    }
    for (int weeks = -52; weeks < 520; weeks++) {
      times.add(MONDAY.plus(Duration.ofDays(7L * weeks)).plus(Duration.ofHours(12)));
    }
    return times;
  }

  private static String example(MediaRange range) {
    return range.toString().replace("*/*", "text/html").replace("/*", "/plain").replace("*", "x");
  }

  private static void users(PercentOf percent, List<UnaryOperator<OfflineRequest.Builder>> into) {
    for (int i = 1; i < USERS; i++) {
      int user = i;
      into.add(
          switch (percent.by().field()) {
            case null -> b -> b.client(InetAddress.ofLiteral("192.0.2." + user)); // RFC 5737 §3
            case Field.Cookie(var name) -> header("Cookie", name + "=" + user);
            case Field.Header(var name) -> header(name, "" + user);
            case Field.Query _, Field.Sni() -> UnaryOperator.identity();
          });
    }
  }

  private static void bodies(
      BodyPointer pointer, TextTest test, List<UnaryOperator<OfflineRequest.Builder>> into) {
    for (var value : values(test)) {
      var type =
          switch (pointer) {
            case BodyPointer.Json _ -> "application/json";
            case BodyPointer.Form _ -> "application/x-www-form-urlencoded";
          };
      var body =
          switch (pointer) {
            case BodyPointer.Json(_, var way) -> json(way, value);
            case BodyPointer.Form(var name) ->
                URLEncoder.encode(name, StandardCharsets.UTF_8)
                    + "="
                    + URLEncoder.encode(value, StandardCharsets.UTF_8);
          };
      into.add(b -> b.header("Content-Type", type).body(body.getBytes(StandardCharsets.UTF_8)));
    }
  }

  private static List<String> values(TextTest test) {
    var values = new ArrayList<>(List.of("a", "1"));
    var field = new Match.FieldMatch(new Field.Query("a"), test);
    for (var space : Spaces.of(field).spaces()) {
      for (var value : space.axes().values()) {
        if (value instanceof Values.Texts(var set, _)) {
          set.examples(MOST)
              .forEach(bytes ->
                  values.add(
                      new String(
                          bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8)));
        }
      }
    }
    return values;
  }

  private static String json(List<String> way, String value) {
    var text = quoted(value);
    for (var name : way.reversed()) {
      text = name.equals("0") ? "[" + text + "]" : "{" + quoted(name) + ":" + text + "}";
    }
    return text;
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
