package dev.signalbox.route;

import dev.signalbox.config.Cidr;
import dev.signalbox.config.InvalidValue;
import dev.signalbox.config.ObjectShape.Keys;
import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;
import dev.signalbox.http.Ascii;
import java.util.List;
import java.util.Locale;

/** Reads the conditions on {@code method}, {@code scheme}, {@code listener} and {@code source}. */
final class ConnectionText {
  private static final Shape<String> METHOD =
      Shapes.value(
          "method",
          "^[!#$%&'*+.^_`|~0-9A-Z-]+$",
          List.of("GET", "POST"),
          ConnectionText::methodName);

  /** The two schemes; words in a file. */
  private enum Scheme {
    HTTP,
    HTTPS
  }

  private ConnectionText() {}

  static ConditionKeys.Read method(Keys keys) {
    var key =
        keys.optional(
            "method",
            ConditionKeys.some(METHOD),
            "The method. HEAD is not GET: list both where both are meant.");
    return ConditionKeys.one(key, Match.MethodIs::new);
  }

  static ConditionKeys.Read scheme(Keys keys) {
    var key =
        keys.optional(
            "scheme", Shapes.choice(Scheme.values()), "Whether the connection is encrypted.");
    return ConditionKeys.one(key, scheme -> new Match.SchemeIs(scheme == Scheme.HTTPS));
  }

  static ConditionKeys.Read listener(Keys keys) {
    var key =
        keys.optional(
            "listener",
            ConditionKeys.some(Shapes.reference("listener")),
            "The listener at which the request arrived, by name.");
    return ConditionKeys.one(key, Match.ListenerIs::new);
  }

  static ConditionKeys.Read source(Keys keys) {
    var key =
        keys.optional(
            "source",
            ConditionKeys.some(Cidr.SHAPE),
            "The networks from which the client comes, as the listener's trusted proxies name it.");
    return ConditionKeys.one(key, Match.SourceIn::new);
  }

  private static String methodName(String text) {
    if (!Ascii.isToken(text)) {
      throw new InvalidValue(text, "is not a method", "like GET or POST");
    }
    var upper = text.toUpperCase(Locale.ROOT);
    if (!upper.equals(text)) {
      throw new InvalidValue(text, "is in lower case, and methods are case-sensitive", upper);
    }
    return text;
  }
}
