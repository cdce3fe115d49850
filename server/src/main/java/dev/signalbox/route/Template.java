package dev.signalbox.route;

import dev.signalbox.config.ConfigNode;
import dev.signalbox.config.InvalidValue;
import dev.signalbox.config.Position;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a URL with captures in it: {@code /new/{rest}}. What is written is taken as it is, and
 * what is captured can only become text of that place. Immutable.
 */
public final class Template {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  /** Literals and names of captures in turn, beginning with a literal, which may be empty. */
  private final List<String> parts;

  private final UrlText.Place place;
  private final String label;
  private final @Nullable Position at;

  private Template(List<String> parts, UrlText.Place place, String label, @Nullable Position at) {
    this.parts = List.copyOf(parts);
    this.place = place;
    this.label = label;
    this.at = at;
  }

  /** Text without captures, already checked. */
  static Template literal(String text, UrlText.Place place) {
    return new Template(List.of(text), place, "", null);
  }

  /**
   * Reads one whose literals are parts of a URL.
   *
   * @throws InvalidValue if it is none
   */
  static Template of(String text, UrlText.Place place) {
    return of(
        text,
        place,
        literal -> {
          check(text, literal, place);
          return literal;
        });
  }

  /**
   * Reads one whose literals are what people mean, and are encoded: {@code summer sale}.
   *
   * @throws InvalidValue if a brace is left open
   */
  static Template encoded(String text, UrlText.Place place) {
    return of(
        text,
        place,
        literal -> {
          checkBraces(text, literal);
          var out = new StringBuilder();
          UrlText.append(out, literal, place);
          return out.toString();
        });
  }

  private static Template of(String text, UrlText.Place place, UnaryOperator<String> literals) {
    var parts = new ArrayList<String>();
    int at = 0;
    while (true) {
      int open = text.indexOf('{', at);
      parts.add(literals.apply(text.substring(at, open < 0 ? text.length() : open)));
      if (open < 0) {
        return new Template(parts, place, "", null);
      }
      int close = text.indexOf('}', open);
      if (close < 0) {
        throw new InvalidValue(text, "has a \"{\" without \"}\"", "captures like {rest}");
      }
      var name = text.substring(open + 1, close);
      if (!NAME.matcher(name).matches()) {
        var bare = name.endsWith("...") ? name.substring(0, name.length() - 3) : "rest";
        throw new InvalidValue(
            text,
            "has {" + name + "}, which is no name of a capture",
            "{" + (NAME.matcher(bare).matches() ? bare : "rest") + "}");
      }
      parts.add(name);
      at = close + 1;
    }
  }

  private static void checkBraces(String text, String literal) {
    if (literal.indexOf('}') >= 0) {
      throw new InvalidValue(text, "has a \"}\" without \"{\"", "captures like {rest}");
    }
  }

  private static void check(String text, String literal, UrlText.Place place) {
    checkBraces(text, literal);
    boolean isHost = place == UrlText.Place.HOST;
    // Between parameters stands what within one is encoded.
    var allowed = place == UrlText.Place.PARAMETER ? UrlText.Place.QUERY : place;
    for (int i = 0; i < literal.length(); i++) {
      char c = literal.charAt(i);
      if (isHost ? UrlText.isHostByte(c) : allowed.allows(c) || UrlText.isEscape(literal, i)) {
        continue;
      }
      if (c == '%' && !isHost) {
        throw new InvalidValue(text, "has a \"%\" without two hexadecimal digits", "%25 for it");
      }
      var encoded = new StringBuilder();
      UrlText.append(encoded, Character.toString(literal.codePointAt(i)), allowed);
      throw new InvalidValue(
          text,
          "has a character that no " + (isHost ? "host" : "URL") + " has there",
          isHost ? "lower-case letters, digits, \"-\" and \".\"" : encoded + " for it");
    }
  }

  /** The same, with the place that mistakes about its captures are reported at. */
  Template at(ConfigNode node) {
    return at(node.name(), node.at());
  }

  Template at(String newLabel, Position position) {
    return new Template(parts, place, newLabel, position);
  }

  /** The key it stands under. */
  String label() {
    return label;
  }

  /** Where it stands in the file; null for one of our own. */
  @Nullable Position position() {
    return at;
  }

  boolean isHost() {
    return place == UrlText.Place.HOST;
  }

  /** The names of the captures that it uses. */
  public Set<String> captures() {
    var names = new LinkedHashSet<String>();
    for (int i = 1; i < parts.size(); i += 2) {
      names.add(parts.get(i));
    }
    return names;
  }

  boolean isEmpty() {
    return parts.size() == 1 && parts.getFirst().isEmpty();
  }

  /** What the captures hold. */
  interface Lookup {
    /** What was captured under this name, or null. */
    @Nullable String get(String name);
  }

  /** Appends its text with the captures filled in; one that is missing is empty. */
  void expand(StringBuilder out, Lookup captures) {
    out.append(parts.getFirst());
    for (int i = 1; i < parts.size(); i += 2) {
      String captured = captures.get(parts.get(i));
      if (captured != null) {
        UrlText.append(out, captured, place);
      }
      out.append(parts.get(i + 1));
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Template that && place == that.place && parts.equals(that.parts);
  }

  @Override
  public int hashCode() {
    return parts.hashCode();
  }

  /** As it is written. */
  @Override
  public String toString() {
    var text = new StringBuilder();
    for (int i = 0; i < parts.size(); i++) {
      text.append(i % 2 == 0 ? parts.get(i) : "{" + parts.get(i) + "}");
    }
    return text.toString();
  }
}
