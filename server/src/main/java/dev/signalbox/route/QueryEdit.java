package dev.signalbox.route;

import dev.signalbox.config.InvalidValue;
import dev.signalbox.config.ObjectShape;
import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What becomes of a request's query: kept, dropped, or changed parameter by parameter. Parameters
 * that nobody names stay as they came, to the byte and in their order. Immutable.
 *
 * @param isKept whether the request's own parameters stay
 * @param remove names of parameters that go
 * @param set parameters that replace all of their name, by their decoded names
 * @param add parameters that come behind
 */
public record QueryEdit(
    boolean isKept, List<String> remove, Map<String, Template> set, Map<String, Template> add) {
  public static final QueryEdit KEEP = new QueryEdit(true, List.of(), Map.of(), Map.of());
  public static final QueryEdit DROP = new QueryEdit(false, List.of(), Map.of(), Map.of());

  private static final Shape<Template> VALUE =
      Shapes.value(
              "query-value",
              "^.*$",
              List.of("summer", "{id}"),
              text -> Template.encoded(text, UrlText.Place.PARAMETER))
          .located(Template::at);

  private static final Shape<Map<String, Template>> PARAMETERS =
      Shapes.map("^.+$", QueryEdit::checkName, VALUE);

  private static final Shape<String> NAME = Shapes.text("the name of a parameter");

  private static final Shape<QueryEdit> CHANGES =
      ObjectShape.of(
          "Changes to the query; what they do not name stays as it came.",
          keys -> {
            var remove =
                keys.optional(
                    "remove", Shapes.oneOrMore(NAME), "[]", "Parameters that go, by name.");
            var set =
                keys.optional(
                    "set",
                    PARAMETERS,
                    "{}",
                    "Parameters with their values, in place of all of the same name.");
            var add =
                keys.optional(
                    "add",
                    PARAMETERS,
                    "{}",
                    "Parameters with their values, behind those that are there.");
            return values ->
                new QueryEdit(true, values.get(remove), values.get(set), values.get(add));
          });

  static final Shape<QueryEdit> SHAPE =
      Shapes.either(
          Shapes.choice(List.of(KEEP, DROP), edit -> edit.isKept() ? "keep" : "drop"), CHANGES);

  public QueryEdit {
    remove = List.copyOf(remove);
    set = Collections.unmodifiableMap(new LinkedHashMap<>(set));
    add = Collections.unmodifiableMap(new LinkedHashMap<>(add));
  }

  private static void checkName(String name) {
    if (name.isEmpty()) {
      throw new InvalidValue(name, "is no name of a parameter", "at least one character");
    }
  }

  boolean isPlain() {
    return remove.isEmpty() && set.isEmpty() && add.isEmpty();
  }

  Collection<Template> templates() {
    return Stream.concat(set.values().stream(), add.values().stream()).toList();
  }

  /**
   * Appends a URL's query with its question mark, or nothing where none is left.
   *
   * @param own what comes first, encoded; may be empty
   * @param query the request's, without its question mark
   * @param isStrict whether characters that no URI holds are encoded: a client must be able to read
   *     it, while an endpoint is told what the client said
   */
  void append(
      StringBuilder out,
      CharSequence own,
      String query,
      Template.Lookup captures,
      boolean isStrict) {
    int start = out.length();
    if (!own.isEmpty()) {
      parameter(out, start).append(own);
    }
    if (isKept && !query.isEmpty()) {
      kept(out, start, query, isStrict);
    }
    set.forEach((name, value) -> parameter(out, start, name, value, captures));
    add.forEach((name, value) -> parameter(out, start, name, value, captures));
  }

  private void kept(StringBuilder out, int start, String query, boolean isStrict) {
    if (remove.isEmpty() && set.isEmpty()) {
      text(parameter(out, start), query, isStrict);
      return;
    }
    var gone = new ArrayList<>(remove);
    gone.addAll(set.keySet());
    for (int at = 0; at <= query.length(); ) {
      int end = query.indexOf('&', at);
      end = end < 0 ? query.length() : end;
      int equals = query.indexOf('=', at);
      int nameEnd = equals < 0 || equals > end ? end : equals;
      if (end > at && !gone.contains(UrlText.decoded(query, at, nameEnd))) {
        text(parameter(out, start), query.substring(at, end), isStrict);
      }
      at = end + 1;
    }
  }

  private static void text(StringBuilder out, String text, boolean isStrict) {
    if (isStrict) {
      UrlText.append(out, text, UrlText.Place.QUERY);
    } else {
      out.append(text);
    }
  }

  private static void parameter(
      StringBuilder out, int start, String name, Template value, Template.Lookup captures) {
    // An escape in a name is part of the name here, since names are compared decoded.
    UrlText.append(parameter(out, start), name.replace("%", "%25"), UrlText.Place.PARAMETER);
    out.append('=');
    value.expand(out, captures);
  }

  private static StringBuilder parameter(StringBuilder out, int start) {
    return out.append(out.length() == start ? '?' : '&');
  }

  @Override
  public String toString() {
    if (isPlain()) {
      return isKept ? "keep" : "drop";
    }
    var text = new ArrayList<String>();
    remove.forEach(name -> text.add("-" + name));
    set.forEach((name, value) -> text.add(name + "=" + value));
    add.forEach((name, value) -> text.add("+" + name + "=" + value));
    return String.join(" ", text);
  }
}
