package dev.signalbox.route;

import dev.signalbox.config.InvalidValue;
import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;
import dev.signalbox.http.Ascii;
import dev.signalbox.http.Headers;
import dev.signalbox.http.KnownHeader;
import java.util.List;
import java.util.Locale;

/**
 * A kind of content: a media type, {@code application/json}; all of a type, {@code text/*}; or all
 * whose names end alike, {@code application/*+json} (RFC 6839 §3). Parameters play no part.
 * Immutable.
 *
 * @param type in lower case, or {@code *}
 * @param subtype in lower case, or {@code *}, or {@code *+} and a suffix
 */
public record MediaRange(String type, String subtype) {
  private static final byte[] ACCEPT = Ascii.bytes("accept");

  /** A type or range in a configuration. */
  static final Shape<MediaRange> SHAPE =
      Shapes.value(
          "media-range",
          "^[^/;\\s]+/[^/;\\s]+$",
          List.of("application/json", "text/*", "application/*+json"),
          MediaRange::parse);

  /** A type in a configuration, and no range. */
  static final Shape<MediaRange> TYPE_SHAPE =
      Shapes.value(
          "media-type",
          "^[^/;*\\s]+/[^/;*\\s]+$",
          List.of("application/json", "text/html"),
          MediaRange::parseType);

  /** JSON by any name (RFC 8259 §11, RFC 6839 §3.1). */
  static boolean isJson(Headers headers) {
    return new MediaRange("*", "json").holdsContentOf(headers)
        || new MediaRange("*", "*+json").holdsContentOf(headers);
  }

  static MediaRange parse(String text) {
    int parameters = text.indexOf(';');
    if (parameters >= 0) {
      throw new InvalidValue(
          text, "has parameters", text.substring(0, parameters).strip() + ", without them");
    }
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw new InvalidValue(text, "is no media type", "like application/json or text/*");
    }
    var type = text.substring(0, slash).toLowerCase(Locale.ROOT);
    var subtype = text.substring(slash + 1).toLowerCase(Locale.ROOT);
    boolean isAnyType = type.equals("*");
    var rest = subtype.startsWith("*+") ? subtype.substring(2) : subtype;
    boolean isRange =
        Ascii.isToken(type)
            && Ascii.isToken(rest)
            && (isAnyType || type.indexOf('*') < 0)
            && ((rest.equals("*") && !subtype.startsWith("*+")) || rest.indexOf('*') < 0);
    if (!isRange) {
      throw new InvalidValue(
          text, "is no media type", "like application/json, text/* or application/*+json");
    }
    if (isAnyType && subtype.equals("*")) {
      throw new InvalidValue(text, "takes every type", "a type, or the key left out");
    }
    return new MediaRange(type, subtype);
  }

  private static MediaRange parseType(String text) {
    var range = parse(text);
    if (range.type.equals("*") || range.subtype.startsWith("*")) {
      throw new InvalidValue(text, "is a range", "the type that is offered, like application/json");
    }
    return range;
  }

  /**
   * Whether the request's body is of this kind. Two Content-Type fields could be read in two ways
   * and are of none.
   */
  boolean holdsContentOf(Headers headers) {
    int line = headers.find(KnownHeader.CONTENT_TYPE);
    if (line < 0 || headers.find(KnownHeader.CONTENT_TYPE, line + 1) >= 0) {
      return false;
    }
    byte[] bytes = headers.bytes();
    int end = headers.valueStart(line);
    int last = headers.valueEnd(line);
    while (end < last && bytes[end] != ';' && bytes[end] != ' ' && bytes[end] != '\t') {
      end++;
    }
    return isProper(bytes, end, last) && holds(bytes, headers.valueStart(line), end);
  }

  /** Behind the type come parameters or nothing: {@code text/html, text/css} is no type. */
  private static boolean isProper(byte[] bytes, int from, int end) {
    int i = from;
    while (i < end && (bytes[i] == ' ' || bytes[i] == '\t')) {
      i++;
    }
    return i == end || bytes[i] == ';';
  }

  /** Whether the type that stands there belongs to this range. */
  private boolean holds(byte[] bytes, int start, int end) {
    int slash = start;
    while (slash < end && bytes[slash] != '/') {
      slash++;
    }
    if (!isToken(bytes, start, slash) || !isToken(bytes, slash + 1, end)) {
      return false;
    }
    if (!type.equals("*") && !isAlike(bytes, start, slash, type, 0)) {
      return false;
    }
    if (subtype.equals("*")) {
      return true;
    }
    if (!subtype.startsWith("*+")) {
      return isAlike(bytes, slash + 1, end, subtype, 0);
    }
    int suffix = end - (subtype.length() - 1); // with its plus sign
    return suffix > slash + 1 && isAlike(bytes, suffix, end, subtype, 1);
  }

  /**
   * Whether the client accepts this type, which is no range (RFC 9110 §12.5.1): the most specific
   * range that holds it decides, and a weight of 0 refuses. A range with parameters of its own, as
   * {@code text/html;level=1}, accepts some of its type and refuses at most some, so it can accept
   * but not refuse. Without the field every type is accepted.
   */
  boolean isAccepted(Headers headers) {
    if (!WeightedList.isThere(headers, ACCEPT)) {
      return true;
    }
    int closest = 0;
    int weight = 0;
    for (var range = new WeightedList(headers, ACCEPT); range.next(); ) {
      int closeness = closeness(range);
      if (closeness == 0) {
        continue;
      }
      if (range.hasOwnParameters()) {
        if (range.weight() > 0) {
          return true;
        }
      } else if (closeness > closest) {
        closest = closeness;
        weight = range.weight();
      }
    }
    return weight > 0;
  }

  /** 3 for the type itself, 2 for all of its type, 1 for everything, 0 where it is not held. */
  private int closeness(WeightedList range) {
    byte[] bytes = range.bytes();
    int slash = range.start();
    while (slash < range.end() && bytes[slash] != '/') {
      slash++;
    }
    boolean isAnySubtype = slash == range.end() - 2 && bytes[slash + 1] == '*';
    if (isAnySubtype && slash == range.start() + 1 && bytes[range.start()] == '*') {
      return 1;
    }
    if (!isAlike(bytes, range.start(), slash, type, 0)) {
      return 0;
    }
    if (isAnySubtype) {
      return 2;
    }
    return slash < range.end() && isAlike(bytes, slash + 1, range.end(), subtype, 0) ? 3 : 0;
  }

  private static boolean isToken(byte[] bytes, int start, int end) {
    for (int i = start; i < end; i++) {
      if (!Ascii.isToken(bytes[i])) {
        return false;
      }
    }
    return start < end;
  }

  private static boolean isAlike(byte[] bytes, int start, int end, String lower, int from) {
    if (end - start != lower.length() - from) {
      return false;
    }
    for (int i = start; i < end; i++) {
      if (Ascii.toLower(bytes[i]) != lower.charAt(from + i - start)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return type + "/" + subtype;
  }
}
