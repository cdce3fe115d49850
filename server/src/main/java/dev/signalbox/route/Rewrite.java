package dev.signalbox.route;

import dev.signalbox.config.InvalidValue;
import dev.signalbox.config.ObjectShape;
import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;
import dev.signalbox.http.Ascii;
import dev.signalbox.http.RequestHead;
import dev.signalbox.http.RequestTarget;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an endpoint is asked for in place of what the client asked for. The new path goes through
 * the normaliser that all requests go through, so what is forwarded is in its form. Immutable.
 *
 * @param host null for the request's
 */
public record Rewrite(NewPath path, @Nullable Template host, QueryEdit query) {
  /** How the path changes. */
  public sealed interface NewPath {}

  /** It does not. */
  public record Same() implements NewPath {
    @Override
    public String toString() {
      return "PATH";
    }
  }

  /**
   * A path that is this one, or lies below it, begins with another instead.
   *
   * @param from without a slash at the end; empty for the root
   * @param to likewise
   */
  public record Prefix(String from, String to) implements NewPath {
    @Override
    public String toString() {
      return from + "/** to " + to + "/**";
    }
  }

  /** It is this one. */
  public record Whole(Template template) implements NewPath {
    @Override
    public String toString() {
      return template.toString();
    }
  }

  /** A path that matches as a whole becomes this one; its named groups are captures, too. */
  public record ByRegex(Regex regex, Template to) implements NewPath {
    @Override
    public String toString() {
      return "regex " + regex + " to " + to;
    }
  }

  /**
   * What is forwarded.
   *
   * @param path in the normal form
   * @param query with its question mark, or empty
   * @param host null for the request's
   * @param mistake why there is no such target, or null: {@code /{x}/..} may climb above the root
   */
  public record RewrittenTarget(
      String path, String query, @Nullable String host, @Nullable String mistake) {}

  private static final Shape<String> BEGINNING =
      Shapes.value("path-prefix", "^/[^?#{}*]*$", List.of("/api", "/"), Rewrite::beginning);

  private static final Shape<Template> PATH =
      Shapes.value("path-template", "^/[^?#]*$", List.of("/x/{id}"), Rewrite::template)
          .located(Template::at);

  private static final Shape<Prefix> PREFIX =
      ObjectShape.<Prefix>of(
              "The beginning of the path, by whole segments. Its short form takes it away.",
              keys -> {
                var from =
                    keys.required(
                        "from", BEGINNING, "What the path begins with; other paths stay.");
                var to = keys.optional("to", BEGINNING, "/", "What it begins with instead.");
                return values -> new Prefix(values.get(from), values.get(to));
              })
          .orJust("from");

  private static final Shape<ByRegex> REGEX =
      ObjectShape.of(
          "A path that matches as a whole becomes another; one that does not stays.",
          keys -> {
            var match =
                keys.required(
                    "match",
                    Shapes.value("regex", "^.+$", List.of("/v(?P<n>[0-9]+)/.*"), Regex::of),
                    "A regular expression (RE2) for the whole path; its named groups are"
                        + " captures.");
            var to = keys.required("to", PATH, "The path, with captures in it.");
            return values -> new ByRegex(values.get(match), values.get(to));
          });

  static final Shape<Rewrite> SHAPE =
      ObjectShape.of(
          "What the endpoint is asked for in place of what the client asked for.",
          keys -> {
            var prefix =
                keys.optional("prefix", PREFIX, "Another beginning: /api/x becomes /v1/x.");
            var path =
                keys.optional("path", PATH, "Another path, with captures of the match in it.");
            var regex = keys.optional("regex", REGEX, "Another path, by a regular expression.");
            var host =
                keys.optional(
                    "host",
                    RedirectTo.HOST,
                    "Another host; only captures of the match's own host may be in it.");
            var query =
                keys.optional(
                    "query",
                    QueryEdit.SHAPE,
                    "keep",
                    "What becomes of the query: kept, dropped or changed.");
            return values -> {
              var paths = new ArrayList<NewPath>();
              for (var key : List.of(prefix, path, regex)) {
                if (values.has(key) && !paths.isEmpty()) {
                  values.report(key, "a second way to rewrite the path", "only one of them");
                  return null;
                }
                switch (values.find(key)) {
                  case null -> {}
                  case NewPath given -> paths.add(given);
                  case Template given -> paths.add(new Whole(given));
                  default -> throw new IllegalStateException(key.name());
                }
              }
              var edit = values.get(query);
              if (paths.isEmpty() && !values.hasAny(host, query)) {
                values.report(
                    values.at(),
                    values.name() + ": changes nothing",
                    "prefix, path, regex, host or query");
                return null;
              }
              return new Rewrite(
                  paths.isEmpty() ? new Same() : paths.getFirst(), values.find(host), edit);
            };
          });

  private static String beginning(String text) {
    var template = template(text);
    if (!template.captures().isEmpty()) {
      throw new InvalidValue(text, "has a capture", "\"path\" in place of \"prefix\" for it");
    }
    var head = new RequestHead();
    byte[] bytes = Ascii.bytes(text);
    int start = head.headers().appendBytes(bytes, 0, bytes.length);
    var mistake = RequestTarget.path(head, start, start + bytes.length);
    if (mistake != null) {
      throw new InvalidValue(text, "has " + mistake, "a path like /api");
    }
    if (!head.pathText().equals(text)) {
      throw new InvalidValue(text, "is not how requests are normalised", head.pathText());
    }
    return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
  }

  private static Template template(String text) {
    if (!text.startsWith("/")) {
      throw new InvalidValue(text, "does not start with \"/\"", "/" + text);
    }
    if (text.indexOf('?') >= 0) {
      throw new InvalidValue(text, "has a query", "its parameters under \"query\", \"set\"");
    }
    return Template.of(text, UrlText.Place.PATH);
  }

  /** The templates, other than what the regex's own captures serve. */
  List<Template> templates() {
    var all = new ArrayList<Template>(query.templates());
    if (host != null) {
      all.add(host);
    }
    switch (path) {
      case Same _, Prefix _ -> {}
      case Whole(var template) -> all.add(template);
      case ByRegex(_, var to) -> all.add(to);
    }
    return all;
  }

  /** The names that it captures by itself. */
  Set<String> ownCaptures() {
    return path instanceof ByRegex(var regex, _) ? regex.names() : Set.of();
  }

  /** What is forwarded for a request. */
  public RewrittenTarget apply(RouteRequest request, Captures captures) {
    var into = new RequestHead();
    var mistake = enter(into, request, captures);
    return new RewrittenTarget(
        into.pathText(),
        Ascii.text(into.bytes(), into.queryStart(), into.queryEnd()),
        host == null ? null : into.hostText(),
        mistake);
  }

  /**
   * Changes a request's own head to what is forwarded.
   *
   * @return why that cannot be, or null
   */
  public @Nullable String rewrite(RouteRequest request, Captures captures) {
    return enter(request.head(), request, captures);
  }

  private @Nullable String enter(RequestHead into, RouteRequest request, Captures captures) {
    var target = target(request, captures); // before anything is changed
    if (host != null) {
      var newHost = new StringBuilder();
      host.expand(newHost, captures::get);
      int start = append(into, newHost);
      var mistake = RequestTarget.authority(into, start, into.headers().length());
      if (mistake != null) {
        return mistake;
      }
    }
    int start = append(into, target);
    return RequestTarget.path(into, start, into.headers().length());
  }

  private static int append(RequestHead into, CharSequence text) {
    byte[] bytes = Ascii.bytes(text.toString());
    return into.headers().appendBytes(bytes, 0, bytes.length);
  }

  /** Path and query, not yet normalised. */
  private CharSequence target(RouteRequest request, Captures captures) {
    var head = request.head();
    var old = head.pathText();
    var target = new StringBuilder(old.length() + 64);
    Template.Lookup lookup = captures::get;
    switch (path) {
      case Same _ -> target.append(old);
      case Prefix(var from, var to) -> {
        boolean isBelow =
            old.startsWith(from)
                && (old.length() == from.length() || old.charAt(from.length()) == '/');
        target.append(isBelow ? to : old).append(isBelow ? old.substring(from.length()) : "");
        if (target.isEmpty()) {
          target.append('/');
        }
      }
      case Whole(var template) -> template.expand(target, lookup);
      case ByRegex(var regex, var to) -> {
        if (regex.matches(old)) {
          var own = new HashMap<String, String>();
          regex.capture(old, own);
          lookup = name -> own.containsKey(name) ? own.get(name) : captures.get(name);
          to.expand(target, lookup);
        } else {
          target.append(old);
        }
      }
    }
    if (target.charAt(0) == '/') { // the asterisk of OPTIONS has no query
      query.append(target, "", Redirect.queryOf(head), lookup, false);
    }
    return target;
  }

  /** In the words of a configuration, on one line. */
  @Override
  public String toString() {
    var text = new StringBuilder("rewrite ").append(path);
    text.append(host == null ? "" : " host " + host);
    return query.equals(QueryEdit.KEEP) ? text.toString() : text + " query " + query;
  }
}
