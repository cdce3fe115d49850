package dev.signalbox.route;

import dev.signalbox.config.InvalidValue;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The path has these segments: {@code /users/{id}/posts}. A name in braces is one segment that is
 * not empty; {@code {rest...}} at the end is whatever follows, also nothing, so that {@code
 * /old/{rest...}} takes {@code /old/} and {@code /old/a/b} but not {@code /old}.
 *
 * @param rest the name of what follows, or null where nothing may
 */
public record PathTemplate(List<Segment> segments, @Nullable String rest) implements Match.Path {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  /** What stands between two slashes. */
  public sealed interface Segment {
    /** Exactly this; empty after a slash at the end. */
    record Literal(String text) implements Segment {
      @Override
      public String toString() {
        return text;
      }
    }

    /** Anything but nothing. */
    record Capture(String name) implements Segment {
      @Override
      public String toString() {
        return "{" + name + "}";
      }
    }
  }

  public PathTemplate {
    segments = List.copyOf(segments);
    if (segments.isEmpty() && rest == null) {
      throw new IllegalArgumentException("template: no segments (expected: at least one)");
    }
  }

  /**
   * Reads one, whose literal parts are in the normal form of paths.
   *
   * @throws InvalidValue if it is none
   */
  public static PathTemplate parse(String text) {
    var segments = new ArrayList<Segment>();
    var names = new LinkedHashSet<String>();
    String rest = null;
    for (var part : text.substring(1).split("/", -1)) {
      if (rest != null) {
        throw new InvalidValue(
            text, "goes on after {" + rest + "...}", "{" + rest + "...} at its end");
      }
      if (part.indexOf('{') < 0 && part.indexOf('}') < 0) {
        segments.add(new Segment.Literal(part));
        continue;
      }
      var inside = inside(text, part);
      boolean isRest = inside.endsWith("...");
      var name = isRest ? inside.substring(0, inside.length() - 3) : inside;
      if (!NAME.matcher(name).matches()) {
        throw new InvalidValue(
            text,
            "has the name \"" + name + "\"",
            "letters, digits and \"_\", like {id} or {rest...}");
      }
      if (!names.add(name)) {
        throw new InvalidValue(text, "has two parts named \"" + name + "\"", "a name for each");
      }
      if (isRest) {
        rest = name;
      } else {
        segments.add(new Segment.Capture(name));
      }
    }
    return new PathTemplate(segments, rest);
  }

  private static String inside(String text, String part) {
    int open = part.indexOf('{');
    int close = part.indexOf('}');
    if (open < 0 || close < open) {
      throw new InvalidValue(text, "has a brace without its other", "a name in braces, like {id}");
    }
    if (open > 0 || close < part.length() - 1) {
      throw new InvalidValue(
          text,
          "has more than a name between slashes: \"" + part + "\"",
          "a name alone, like {id}; or a regex");
    }
    return part.substring(1, close);
  }

  @Override
  public boolean matches(RouteRequest request) {
    var head = request.head();
    byte[] bytes = head.bytes();
    int end = head.pathEnd();
    int at = head.pathStart();
    for (int i = 0; i < segments.size(); i++) { // no iterator, which would be an object
      if (at == end || bytes[at] != '/') {
        return false;
      }
      int start = at + 1;
      at = start;
      while (at < end && bytes[at] != '/') {
        at++;
      }
      boolean isMet =
          switch (segments.get(i)) {
            case Segment.Literal(var text) -> TextInBytes.equal(bytes, start, at, text, false);
            case Segment.Capture _ -> at > start;
          };
      if (!isMet) {
        return false;
      }
    }
    return rest == null ? at == end : at < end && bytes[at] == '/';
  }

  @Override
  public Set<String> captureNames() {
    var names = new LinkedHashSet<String>();
    for (var segment : segments) {
      if (segment instanceof Segment.Capture(var name)) {
        names.add(name);
      }
    }
    if (rest != null) {
      names.add(rest);
    }
    return names;
  }

  /** Puts what the names hold in a path that matches. */
  void capture(String path, Map<String, String> into) {
    int at = 0;
    for (var segment : segments) {
      int slash = path.indexOf('/', at + 1);
      int end = slash < 0 ? path.length() : slash;
      if (segment instanceof Segment.Capture(var name)) {
        into.put(name, path.substring(at + 1, end));
      }
      at = end;
    }
    if (rest != null) {
      into.put(rest, path.substring(at + 1));
    }
  }

  @Override
  public String toString() {
    var text = new StringBuilder("path ");
    segments.forEach(segment -> text.append('/').append(segment));
    return rest == null ? text.toString() : text + "/{" + rest + "...}";
  }
}
