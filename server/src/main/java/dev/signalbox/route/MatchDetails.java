package dev.signalbox.route;

import dev.signalbox.config.ObjectShape;
import dev.signalbox.config.ObjectShape.Keys;
import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;

/** Reads the conditions that ask for what a request means, and not for one of its texts. */
final class MatchDetails {
  private static final Shape<Match> BODY =
      ObjectShape.of(
          "A field of the body, and what it must be.",
          keys -> {
            var json =
                keys.optional(
                    "json",
                    BodyPointer.Json.SHAPE,
                    "A JSON pointer (RFC 6901) into a body of JSON.");
            var form =
                keys.optional(
                    "form",
                    Shapes.text("the name of a field").only(s -> !s.isEmpty(), "a name"),
                    "The name of a field of a form (application/x-www-form-urlencoded).");
            keys.exactlyOne(json, form);
            var test = TextTestText.keys(keys);
            return values -> {
              var wanted = test.apply(values);
              if (wanted == null) {
                return null;
              }
              var pointer = values.find(json);
              var name = values.find(form);
              BodyPointer field =
                  pointer != null ? pointer : new BodyPointer.Form(name == null ? "" : name);
              var there = new BodyField(field, wanted.test());
              return wanted.isAbsent() ? new Match.Not(there) : there;
            };
          });

  private MatchDetails() {}

  static ConditionKeys.Read device(Keys keys) {
    var key =
        keys.optional(
            "device",
            DeviceIs.SHAPE,
            "What kind of device asks, by Client Hints and User-Agent: a guess.");
    return ConditionKeys.one(key, device -> device);
  }

  static ConditionKeys.Read language(Keys keys) {
    var key =
        keys.optional(
            "language",
            LanguageIs.SHAPE,
            "The client's language, by Accept-Language and its weights.");
    return ConditionKeys.one(key, language -> language);
  }

  static ConditionKeys.Read contentType(Keys keys) {
    var key =
        keys.optional(
            "content-type", ContentTypeIs.SHAPE, "The type of the body, or a range of types.");
    return ConditionKeys.one(key, type -> type);
  }

  static ConditionKeys.Read accept(Keys keys) {
    var key =
        keys.optional(
            "accept",
            AcceptsType.SHAPE,
            "A type that the client accepts, by Accept and its weights.");
    return ConditionKeys.one(key, type -> type);
  }

  static ConditionKeys.Read authorization(Keys keys) {
    var key =
        keys.optional(
            "authorization",
            AuthorizationIs.SHAPE,
            "How the client says who it is. Nothing is verified.");
    return ConditionKeys.one(key, authorization -> authorization);
  }

  static ConditionKeys.Read country(Keys keys) {
    var key =
        keys.optional(
            "country",
            Countries.COUNTRY_SHAPE,
            "The country of the client's address (ISO 3166), by the database under \"geo\".");
    return ConditionKeys.one(key, CountryIn::new);
  }

  static ConditionKeys.Read continent(Keys keys) {
    var key =
        keys.optional(
            "continent",
            Countries.CONTINENT_SHAPE,
            "The continent of the client's address, by the database under \"geo\".");
    return ConditionKeys.one(key, ContinentIn::new);
  }

  static ConditionKeys.Read percent(Keys keys) {
    var key =
        keys.optional("percent", PercentOf.SHAPE, "A share of the users, always the same ones.");
    return ConditionKeys.one(key, percent -> percent);
  }

  static ConditionKeys.Read time(Keys keys) {
    var key = keys.optional("time", TimeWindow.SHAPE, "When the request comes.");
    return ConditionKeys.one(key, TimeIn::new);
  }

  static ConditionKeys.Read body(Keys keys) {
    var key =
        keys.optional(
            "body",
            BODY,
            "A field of a JSON or form body, and what it must be. Such bodies are read before the"
                + " route is found, up to \"match-body\".");
    return ConditionKeys.one(key, body -> body);
  }
}
