package dev.signalbox.route;

import dev.signalbox.config.InvalidValue;
import dev.signalbox.config.ObjectShape;
import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Of the languages that are offered this one suits the client best; where none are offered, the
 * client takes this one.
 *
 * @param prefers a tag in lower case
 * @param offered in lower case; empty, or with {@code prefers} among them
 */
public record LanguageIs(String prefers, List<String> offered) implements Match.Detail {
  // RFC 5646 §2.1, no more closely than matching needs it
  private static final Pattern TAG = Pattern.compile("[a-z]{2,8}(-[a-z0-9]{1,8})*");

  private static final Shape<String> TAG_SHAPE =
      Shapes.value(
          "language",
          "^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$",
          List.of("de", "pt-BR"),
          LanguageIs::tag);

  static final Shape<LanguageIs> SHAPE =
      ObjectShape.<LanguageIs>of(
              "The language that the client understands. Its short form is a language that it takes"
                  + " at all.",
              keys -> {
                var prefers =
                    keys.required(
                        "prefers",
                        TAG_SHAPE,
                        "The language that suits the client best of those under \"of\".");
                var of =
                    keys.optional(
                        "of",
                        Shapes.list(TAG_SHAPE).only(list -> list.size() > 1, "at least two"),
                        "The languages that there are. The first is for clients that want none of"
                            + " them, or say nothing.");
                return values -> {
                  var offered = values.find(of);
                  if (offered == null) {
                    return new LanguageIs(values.get(prefers), List.of());
                  }
                  if (!offered.contains(values.get(prefers))) {
                    values.report(
                        prefers,
                        values.get(prefers) + " is not under \"of\"",
                        "one of " + String.join(", ", offered));
                    return null;
                  }
                  return new LanguageIs(values.get(prefers), offered);
                };
              })
          .orJust("prefers");

  public LanguageIs {
    offered = List.copyOf(offered);
    if (!offered.isEmpty() && !offered.contains(prefers)) {
      throw new IllegalArgumentException("language: " + prefers + " (expected: one of " + offered);
    }
  }

  private static String tag(String text) {
    var tag = text.toLowerCase(Locale.ROOT);
    if (!TAG.matcher(tag).matches()) {
      boolean isPosix = TAG.matcher(tag.replace('_', '-')).matches();
      throw new InvalidValue(
          text, "is no language tag", isPosix ? text.replace('_', '-') : "like de or pt-BR");
    }
    return tag;
  }

  @Override
  public boolean matches(RouteRequest request) {
    var headers = request.head().headers();
    return offered.isEmpty()
        ? AcceptLanguage.accepts(headers, prefers)
        : offered.get(AcceptLanguage.best(headers, offered)).equals(prefers);
  }

  @Override
  public String subject() {
    return "language";
  }

  @Override
  public String wanted() {
    return offered.isEmpty() ? prefers : prefers + " of " + String.join(", ", offered);
  }

  @Override
  public String actual(RouteRequest request) {
    var said = new Field.Header("accept-language").text(request);
    if (offered.isEmpty()) {
      return said == null ? "" : said;
    }
    var best = offered.get(AcceptLanguage.best(request.head().headers(), offered));
    return best + (said == null ? "" : " for " + said);
  }

  @Override
  public String toString() {
    return subject() + " " + wanted();
  }
}
