package dev.signalbox.route;

import dev.signalbox.config.ObjectShape;
import dev.signalbox.config.ObjectShape.Keys;
import dev.signalbox.config.ObjectShape.Values;
import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the condition of a route from a configuration, in the normal form of requests. The keys of
 * one map all count; each kind of key stands in a file of its own and is named here.
 */
public final class MatchText {
  /** Every key under {@code match}, in the order in which the conditions are asked. */
  private static final List<ConditionKeys> ALL =
      List.of(
          HostText::host,
          PathText::path,
          ConnectionText::method,
          ConnectionText::scheme,
          ConnectionText::listener,
          HostText::sni,
          ClientCertIs::read,
          ConnectionText::source,
          FieldText::header,
          FieldText::cookie,
          FieldText::query,
          FieldText::userAgent,
          MatchDetails::device,
          MatchDetails::language,
          MatchDetails::contentType,
          MatchDetails::accept,
          MatchDetails::authorization,
          MatchDetails::country,
          MatchDetails::continent,
          MatchDetails::percent,
          MatchDetails::time,
          MatchDetails::body,
          MatchText::all,
          MatchText::any,
          MatchText::not);

  private static final Shape<Match> NESTED =
      Shapes.recursive(
          "condition",
          List.of("{ path: /admin/** }", "{ header: { X-Beta: { present: true } } }"),
          () -> MatchText.SHAPE);

  public static final Shape<Match> SHAPE =
      ObjectShape.of(
          "Which requests a route takes: those that meet every condition.",
          keys -> {
            var reads = ALL.stream().map(some -> some.declare(keys)).toList();
            return values -> condition(reads, values);
          });

  private MatchText() {}

  private static @Nullable Match condition(List<ConditionKeys.Read> reads, Values values) {
    var conditions = new ArrayList<Match>();
    var captured = new HashMap<String, String>();
    boolean isFine = true;
    for (var read : reads) {
      for (var written : read.read(values)) {
        conditions.add(written.match());
        for (var name : written.match().captureNames()) {
          var other = captured.putIfAbsent(name, written.key().name());
          if (other != null) {
            values.report(
                written.key(),
                "captures \"" + name + "\", as \"" + other + "\" does",
                "a name of its own");
            isFine = false;
          }
        }
      }
    }
    return isFine ? Match.allOf(conditions) : null;
  }

  private static ConditionKeys.Read all(Keys keys) {
    var key =
        keys.optional(
            "all",
            Shapes.list(NESTED).checked(ConditionKeys::isNotEmpty),
            "Conditions that must all hold.");
    return ConditionKeys.one(key, Match::allOf);
  }

  private static ConditionKeys.Read any(Keys keys) {
    var key =
        keys.optional(
            "any",
            Shapes.list(NESTED).checked(ConditionKeys::isNotEmpty),
            "Conditions of which one must hold.");
    return ConditionKeys.one(key, Match::anyOf);
  }

  private static ConditionKeys.Read not(Keys keys) {
    var key =
        keys.optional(
            "not", NESTED.checked(ConditionKeys::isNotEmpty), "A condition that must not hold.");
    return ConditionKeys.one(key, Match.Not::new);
  }
}
