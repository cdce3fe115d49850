package dev.signalbox.analysis.replay;

import dev.signalbox.analysis.logs.Known;
import dev.signalbox.analysis.logs.Part;
import dev.signalbox.route.Field;
import dev.signalbox.route.Match;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What conditions ask of a request: the one place that says which part of a request a condition
 * reads. Immutable.
 *
 * @param headers in lower case
 */
record Asked(Set<Part> parts, Set<String> headers) {
  private static final Asked NOTHING = new Asked(Set.of(), Set.of());

  private static Asked part(Part part) {
    return new Asked(Set.of(part), Set.of());
  }

  private static Asked headers(String... names) {
    return new Asked(Set.of(), Set.of(names));
  }

  /** By a condition on the host. */
  static Asked of(Match.Host host) {
    return part(Part.HOST);
  }

  /** By any other single condition. */
  static Asked of(Match.Detail detail) {
    return switch (detail) {
      case Match.MethodIs _ -> NOTHING;
      case Match.FieldMatch(var field, _) -> of(field);
      case Match.SchemeIs _ -> part(Part.SCHEME);
      case Match.ListenerIs _ -> part(Part.LISTENER);
      case Match.SourceIn _ -> part(Part.CLIENT);
    };
  }

  private static Asked of(Field field) {
    return switch (field) {
      case Field.Header(var name) -> headers(name);
      case Field.Cookie _ -> headers("cookie");
      case Field.Query _ -> part(Part.QUERY);
      case Field.Sni _ -> part(Part.SNI);
    };
  }

  /** Whether all of it is known. */
  boolean isKnown(Known known) {
    return known.parts().containsAll(parts) && headers.stream().allMatch(known::knowsHeader);
  }

  /** Hands over every header that these conditions ask for. */
  static void headers(List<Match> matches, Consumer<String> each) {
    for (var match : matches) {
      switch (match) {
        case Match.All(var all) -> headers(all, each);
        case Match.Any(var any) -> headers(any, each);
        case Match.Not(var not) -> headers(List.of(not), each);
        case Match.Detail detail -> of(detail).headers.forEach(each);
        case Match.Host _, Match.Path _ -> {}
      }
    }
  }
}
