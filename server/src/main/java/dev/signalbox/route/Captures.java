package dev.signalbox.route;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a condition's templates and named groups held in one request: for those of a path, as it
 * stands in the normalised path, so still percent-encoded. Whoever puts one into a URL or a field
 * must see to it that it fits there. Immutable.
 */
public final class Captures {
  private static final Captures NONE = new Captures(Map.of());

  private final Map<String, String> byName;

  private Captures(Map<String, String> byName) {
    this.byName = byName;
  }

  public static Captures none() {
    return NONE;
  }

  /** Those of a condition that the request meets. */
  public static Captures of(Match match, RouteRequest request) {
    if (match.captureNames().isEmpty() && !mayCapture(match)) {
      return NONE;
    }
    var found = new TreeMap<String, String>();
    collect(match, request, found);
    return new Captures(Collections.unmodifiableMap(found));
  }

  private static boolean mayCapture(Match match) {
    return switch (match) {
      case Match.Any(var any) -> any.stream().anyMatch(m -> !m.captureNames().isEmpty());
      case Match.All(var all) -> all.stream().anyMatch(Captures::mayCapture);
      case Match.Host _, Match.Path _, Match.Detail _, Match.Not _ ->
          !match.captureNames().isEmpty();
    };
  }

  private static void collect(Match match, RouteRequest request, Map<String, String> into) {
    var head = request.head();
    switch (match) {
      case Match.HostMatches(var regex) -> regex.capture(head.hostText(), into);
      case Match.PathMatches(var regex) -> regex.capture(head.pathText(), into);
      case PathTemplate template -> template.capture(head.pathText(), into);
      case Match.FieldMatch(var field, TextTest.Matches(var regex)) -> {
        var text = field.text(request);
        if (text != null) {
          regex.capture(text, into);
        }
      }
      case BodyField body when body.test() instanceof TextTest.Matches(var regex) -> {
        var text = body.text(request);
        if (text != null) {
          regex.capture(text, into);
        }
      }
      case Match.All(var all) -> all.forEach(m -> collect(m, request, into));
      case Match.Any(var any) ->
          any.stream()
              .filter(m -> m.matches(request))
              .findFirst()
              .ifPresent(m -> collect(m, request, into));
      case Match.Host _, Match.Path _, Match.Detail _, Match.Not _ -> {}
    }
  }

  /** What was captured under this name, or null. */
  public @Nullable String get(String name) {
    return byName.get(name);
  }

  public Set<String> names() {
    return byName.keySet();
  }

  public Map<String, String> asMap() {
    return byName;
  }

  @Override
  public String toString() {
    return byName.toString();
  }
}
