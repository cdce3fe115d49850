package dev.signalbox.analysis.replay;

import dev.signalbox.analysis.logs.Known;
import dev.signalbox.analysis.logs.Part;
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
import dev.signalbox.route.PercentOf;
import dev.signalbox.route.TimeIn;
import dev.signalbox.route.UserKey;
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

  /** Browsers send them to hosts that ask for them, or not: see Client Hints. */
  private static final String[] DEVICE_HINTS = {
    "user-agent", "sec-ch-ua-form-factors", "sec-ch-ua-mobile", "sec-ch-ua-platform"
  };

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
      case AcceptsType _ -> headers("accept");
      case AuthorizationIs _ -> headers("authorization");
      case BodyField _ -> part(Part.BODY);
      case ClientCertIs _ -> part(Part.CLIENT_CERT);
      case ContentTypeIs _ -> headers("content-type");
      case ContinentIn _, CountryIn _ -> part(Part.PLACE);
      case DeviceIs _ -> headers(DEVICE_HINTS);
      case LanguageIs _ -> headers("accept-language");
      case PercentOf percent -> of(percent.by());
      case TimeIn _ -> part(Part.TIME);
    };
  }

  /** Who has no such cookie or header is told by the address. */
  private static Asked of(UserKey user) {
    var field = user.field();
    return field == null ? part(Part.CLIENT) : new Asked(Set.of(Part.CLIENT), of(field).headers);
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
    return parts.stream().allMatch(known::knows) && headers.stream().allMatch(known::knowsHeader);
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
