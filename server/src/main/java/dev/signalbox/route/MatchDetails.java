package dev.signalbox.route;

import dev.signalbox.config.ObjectShape.Key;
import dev.signalbox.config.ObjectShape.Keys;
import dev.signalbox.config.ObjectShape.Values;
import dev.signalbox.config.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/** The keys of a condition that ask for what a request means, not for one of its texts. */
final class MatchDetails {
  private MatchDetails() {}

  /** Declares them; what they say together, one condition for each that is there. */
  static Function<Values, List<Match>> keys(Keys keys) {
    var all = new ArrayList<Key<? extends Match>>();
    all.add(
        keys.optional(
            "device",
            DeviceIs.SHAPE,
            "What kind of device asks, by Client Hints and User-Agent: a guess."));
    all.add(
        keys.optional(
            "language",
            LanguageIs.SHAPE,
            "The client's language, by Accept-Language and its weights."));
    all.add(
        keys.optional(
            "content-type", ContentTypeIs.SHAPE, "The type of the body, or a range of types."));
    all.add(
        keys.optional("accept", AcceptsType.SHAPE, "A type that the client accepts, by Accept."));
    all.add(
        keys.optional(
            "authorization",
            AuthorizationIs.SHAPE,
            "How the client says who it is. Nothing is verified."));
    all.add(
        keys.optional(
            "country",
            view(Countries.COUNTRY_SHAPE, CountryIn::new),
            "The country of the client's address (ISO 3166), by the database under \"geo\"."));
    all.add(
        keys.optional(
            "continent",
            view(Countries.CONTINENT_SHAPE, ContinentIn::new),
            "The continent of the client's address, by the database under \"geo\"."));
    all.add(keys.optional("percent", PercentOf.SHAPE, "A share of the users, always the same."));
    all.add(keys.optional("time", view(TimeWindow.SHAPE, TimeIn::new), "When the request comes."));
    return values ->
        all.stream().<Match>map(key -> values.find(key)).filter(Objects::nonNull).toList();
  }

  private static <T, M extends Match> Shape<M> view(Shape<T> shape, Function<T, M> condition) {
    return shape.map(condition);
  }
}
