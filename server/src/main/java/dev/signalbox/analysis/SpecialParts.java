package dev.signalbox.analysis;

import dev.signalbox.config.Json;
import dev.signalbox.route.AcceptsType;
import dev.signalbox.route.AuthorizationIs;
import dev.signalbox.route.BodyField;
import dev.signalbox.route.BodyPointer;
import dev.signalbox.route.ClientCertIs;
import dev.signalbox.route.ContentTypeIs;
import dev.signalbox.route.ContinentIn;
import dev.signalbox.route.CountryIn;
import dev.signalbox.route.DeviceClass;
import dev.signalbox.route.DeviceIs;
import dev.signalbox.route.Field;
import dev.signalbox.route.LanguageIs;
import dev.signalbox.route.Match;
import dev.signalbox.route.MediaRange;
import dev.signalbox.route.PercentOf;
import dev.signalbox.route.TimeIn;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What requests are made of for conditions that are not on a plain text. Pure. */
final class SpecialParts {
  private static final int USERS = 1000;
  private static final int HOURS_OF_A_WEEK = 7 * 24;

  private static final Instant MONDAY = Instant.parse("2027-01-04T00:30:00Z");

  private SpecialParts() {}

  /** Drafts of which some are likely to meet the condition; many, where only trying helps. */
  static Stream<Draft> of(Match.Detail detail, List<String> texts, Draft draft) {
    return switch (detail) {
      case CountryIn(var countries) -> countries.stream().sorted().map(draft::withCountry);
      case ContinentIn(var continents) -> continents.stream().sorted().map(draft::withContinent);
      case AcceptsType(var types) ->
          types.stream().map(type -> draft.withHeader("accept", type.toString()));
      case ContentTypeIs(var ranges) ->
          ranges.stream().map(range -> draft.withBody(type(range), "x"));
      case LanguageIs(var prefers, _) -> Stream.of(draft.withHeader("accept-language", prefers));
      case DeviceIs(var classes) ->
          classes.stream().sorted().map(one -> draft.withHeader("user-agent", agent(one)));
      case AuthorizationIs(var scheme, var user) ->
          Stream.of(draft.withHeader("authorization", credentials(scheme, user)));
      case TimeIn _ -> times(draft);
      case PercentOf percent -> IntStream.range(1, USERS).mapToObj(i -> user(percent, i, draft));
      case BodyField(var pointer, _) -> texts.stream().map(text -> body(pointer, text, draft));
      case ClientCertIs(var part, _) ->
          texts.stream().map(text -> draft.withClientCert(part, text));
      case Match.MethodIs _,
          Match.SchemeIs _,
          Match.ListenerIs _,
          Match.SourceIn _,
          Match.FieldMatch _ ->
          throw new IllegalArgumentException("not special: " + detail);
    };
  }

  /** Drafts of which some are likely not to meet it, though this one does. */
  static Stream<Draft> without(Match.Detail detail, Draft draft) {
    return switch (detail) {
      case CountryIn _ -> Stream.of("US", "DE", "BR", "JP").map(draft::withCountry);
      case ContinentIn _ -> Stream.of("NA", "EU", "AS", "AF").map(draft::withContinent);
      case AcceptsType _ -> Stream.of(draft.withHeader("accept", "application/x-other"));
      case ContentTypeIs _ -> Stream.of(draft.withHeader("content-type", null));
      case LanguageIs(_, var offered) ->
          Stream.concat(offered.stream(), Stream.of("x-other"))
              .map(language -> draft.withHeader("accept-language", language));
      case DeviceIs _ ->
          Stream.of(DeviceClass.values()).map(one -> draft.withHeader("user-agent", agent(one)));
      case AuthorizationIs _ -> Stream.of(draft.withHeader("authorization", null));
      case TimeIn _ -> times(draft);
      case PercentOf percent -> IntStream.range(1, USERS).mapToObj(i -> user(percent, i, draft));
      case BodyField _ -> Stream.of(draft.withHeader("content-type", "text/plain"));
      case ClientCertIs _ -> Stream.of(draft.withoutClientCert());
      case Match.MethodIs _,
          Match.SchemeIs _,
          Match.ListenerIs _,
          Match.SourceIn _,
          Match.FieldMatch _ ->
          throw new IllegalArgumentException("not special: " + detail);
    };
  }

  private static String type(MediaRange range) {
    var type = range.type().equals("*") ? "application" : range.type();
    return type + "/" + range.subtype().replace("*", "x");
  }

  private static String agent(DeviceClass device) {
    return switch (device) {
      case MOBILE -> "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148";
      case TABLET -> "Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) Safari/604.1";
      case DESKTOP -> "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
      case BOT -> "curl/8.14.1";
    };
  }

  private static String credentials(String scheme, @Nullable String user) {
    if (!scheme.equals("basic")) {
      return scheme + " x";
    }
    var text = (user == null ? "user" : user) + ":secret";
    return "Basic " + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Each hour of one week, and then some of each month of the years around it. */
  private static Stream<Draft> times(Draft draft) {
    return Stream.concat(
            IntStream.range(0, HOURS_OF_A_WEEK).mapToObj(Duration::ofHours),
            IntStream.range(-120, 240).mapToObj(i -> Duration.ofHours(730L * i + i % 24)))
        .map(MONDAY::plus)
        .map(draft::withAt);
  }

  private static Draft user(PercentOf percent, int number, Draft draft) {
    var field = percent.by().field();
    return switch (field) {
      case null ->
          draft.withFrom(InetAddress.ofLiteral("10.0." + number / 250 + "." + (1 + number % 250)));
      case Field.Cookie(var name) -> draft.withCookie(name, "u" + number);
      case Field.Header(var name) -> draft.withHeader(name, "u" + number);
      case Field.Query(var name) -> draft.withQuery(name, "u" + number);
      case Field.Sni() -> draft;
    };
  }

  private static Draft body(BodyPointer pointer, String text, Draft draft) {
    return switch (pointer) {
      case BodyPointer.Form(var name) ->
          draft.withBody("application/x-www-form-urlencoded", name + "=" + text);
      case BodyPointer.Json(_, var way) -> {
        Object value = text;
        for (var key : way.reversed()) {
          // As a key, even if it is a number: then an object has it, too.
          value = Json.object(key, value);
        }
        yield draft.withBody(
            "application/json", Json.write(value).replaceAll("\\s*\n\\s*", " ").strip());
      }
    };
  }
}
