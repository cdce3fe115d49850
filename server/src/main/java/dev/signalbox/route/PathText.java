package dev.signalbox.route;

import dev.signalbox.config.InvalidValue;
import dev.signalbox.config.ObjectShape;
import dev.signalbox.config.ObjectShape.Keys;
import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;
import dev.signalbox.http.RequestHead;
import dev.signalbox.http.RequestTarget;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/** Reads {@code path}: paths without anything that the normaliser of requests would change. */
final class PathText {
  private static final int LONGEST_PATH = 4096;

  private static final Shape<Match.Path> PATH =
      Shapes.value(
          "path-match",
          "^/[^*?#]*(/\\*\\*)?$",
          List.of("/login", "/assets/**", "/users/{id}", "/old/{rest...}"),
          text -> Match.path(path(text)));

  private static final Shape<Match.Path> ONE =
      ObjectShape.<Match.Path>of(
              "A path, written in one of these ways.",
              keys -> {
                var is =
                    keys.optional("is", PATH, "This path, or all that /** or names in braces say.");
                var regex =
                    keys.optional(
                        "regex",
                        TextTestText.REGEX,
                        "A regular expression for the whole normalised path.");
                keys.exactlyOne(is, regex);
                return values -> {
                  var expression = values.find(regex);
                  return expression == null ? values.find(is) : new Match.PathMatches(expression);
                };
              })
          .orJust("is");

  private PathText() {}

  static ConditionKeys.Read path(Keys keys) {
    var key =
        keys.optional(
            "path",
            ConditionKeys.some(ONE),
            "The path without its query. /assets/** takes /assets and everything below; {id} is"
                + " one segment, {rest...} at the end whatever follows.");
    return ConditionKeys.one(key, Match::anyOf);
  }

  private static String path(String text) {
    if (!text.startsWith("/")) {
      throw new InvalidValue(
          text,
          "does not start with \"/\"",
          text.isEmpty() ? "like /login or /assets/**" : "/" + text);
    }
    if (text.length() > LONGEST_PATH) {
      throw new InvalidValue(text, "is too long", "at most " + LONGEST_PATH + " characters");
    }
    if (text.indexOf('?') >= 0 || text.indexOf('#') >= 0) {
      throw new InvalidValue(text, "has a query", "only the path; the query has its own key");
    }
    boolean isTemplate = text.indexOf('{') >= 0 || text.indexOf('}') >= 0;
    boolean isUnder = text.endsWith("/**");
    if (isTemplate && isUnder) {
      var start = text.substring(0, text.length() - 3);
      throw new InvalidValue(
          text, "has both braces and /**", start + "/{rest...}, and " + start + " beside it");
    }
    var fixed = isUnder ? text.substring(0, text.length() - 2) : text;
    if (fixed.indexOf('*') >= 0) {
      throw new InvalidValue(
          text,
          "has a \"*\" that cannot be there",
          "/** at its end, or {name} for one segment inside");
    }
    var normal = normal(text);
    if (!normal.equals(text)) {
      throw new InvalidValue(text, "is not how requests are normalised", normal);
    }
    if (isTemplate) {
      PathTemplate.parse(text);
    }
    return text;
  }

  /** The form in which paths are matched, from the very code that normalises requests. */
  private static String normal(String text) {
    var head = new RequestHead();
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    int start = head.headers().appendBytes(bytes, 0, bytes.length);
    var mistake = RequestTarget.path(head, start, start + bytes.length);
    if (mistake != null) {
      throw new InvalidValue(text, "has " + mistake, encoded(bytes));
    }
    return head.pathText();
  }

  private static String encoded(byte[] path) {
    var out = new StringBuilder();
    for (byte b : path) {
      boolean isPlain = b > ' ' && b < 0x7f && b != '\\';
      out.append(
          isPlain ? String.valueOf((char) b) : "%" + HexFormat.of().withUpperCase().toHexDigits(b));
    }
    return out.toString();
  }
}
