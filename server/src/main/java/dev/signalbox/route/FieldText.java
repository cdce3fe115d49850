package dev.signalbox.route;

import dev.signalbox.config.InvalidValue;
import dev.signalbox.config.ObjectShape.Keys;
import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;
import dev.signalbox.http.Ascii;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/** Reads the conditions on named texts: {@code header}, {@code cookie}, {@code query}. */
final class FieldText {
  /** Of the connection and not of the request: gone before any route is asked. */
  private static final Set<String> HOP_BY_HOP =
      Set.of("connection", "keep-alive", "proxy-connection", "te", "transfer-encoding", "upgrade");

  private static final String TOKEN = "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$";

  private FieldText() {}

  static ConditionKeys.Read header(Keys keys) {
    var key =
        keys.optional(
            "header",
            fields(TOKEN, FieldText::checkHeader),
            "Header fields by name, and what each must be. Lines of one name are one value,"
                + " joined by \", \".");
    return ConditionKeys.one(
        key, map -> all(map, name -> new Field.Header(name.toLowerCase(Locale.ROOT))));
  }

  static ConditionKeys.Read cookie(Keys keys) {
    var key =
        keys.optional(
            "cookie",
            fields(TOKEN, FieldText::checkCookie),
            "Cookies by name, and what each must be; of several of a name the first counts.");
    return ConditionKeys.one(key, map -> all(map, Field.Cookie::new));
  }

  static ConditionKeys.Read query(Keys keys) {
    var key =
        keys.optional(
            "query",
            fields("^.+$", FieldText::checkQuery),
            "Query parameters by name, and what each must be, percent-decoded; of several of a"
                + " name the first counts.");
    return ConditionKeys.one(key, map -> all(map, Field.Query::new));
  }

  static ConditionKeys.Read userAgent(Keys keys) {
    var key =
        keys.optional("user-agent", TextTestText.SHAPE, "What the User-Agent header must be.");
    return ConditionKeys.one(key, wanted -> wanted.in(new Field.Header("user-agent")));
  }

  private static Shape<Map<String, TextTestText.Wanted>> fields(
      String pattern, Consumer<String> check) {
    return Shapes.map(pattern, check, TextTestText.SHAPE).checked(ConditionKeys::isNotEmpty);
  }

  private static Match all(Map<String, TextTestText.Wanted> wanted, Function<String, Field> field) {
    return Match.allOf(
        wanted.entrySet().stream()
            .map(entry -> entry.getValue().in(field.apply(entry.getKey())))
            .toList());
  }

  private static void checkHeader(String name) {
    var lower = name.toLowerCase(Locale.ROOT);
    if (!Ascii.isToken(name)) {
      throw new InvalidValue(name, "is not the name of a header", "letters, digits and \"-\"");
    }
    if (lower.equals("host")) {
      throw new InvalidValue(name, "has its own key", "host: beside header:");
    }
    if (lower.equals("client-cert") || lower.equals("client-cert-chain")) {
      throw new InvalidValue(
          name, "is what anybody may say", "client-cert: beside header:, which is verified");
    }
    if (HOP_BY_HOP.contains(lower)) {
      throw new InvalidValue(
          name, "is of the connection and gone before routes are asked", "another header");
    }
  }

  private static void checkCookie(String name) {
    if (!Ascii.isToken(name)) {
      throw new InvalidValue(name, "is not the name of a cookie", "letters, digits, \"-\", \"_\"");
    }
  }

  private static void checkQuery(String name) {
    if (name.isEmpty()) {
      throw new InvalidValue(name, "is not the name of a parameter", "at least one character");
    }
  }
}
