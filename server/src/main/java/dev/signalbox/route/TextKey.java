package dev.signalbox.route;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A text of requests by whose exact value routes may be told apart. Immutable.
 *
 * @param field null for the method
 */
record TextKey(@Nullable Field field) {
  static final TextKey METHOD = new TextKey(null);

  /** A value as the names of a {@link ByteMap} are given: one character for each byte. */
  static String name(String value) {
    return new String(value.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  /** What stands under the request's own value, or null. */
  <V> @Nullable V find(ByteMap<V> byValue, RouteRequest request) {
    var head = request.head();
    if (field == null) {
      return byValue.get(head.bytes(), head.methodStart(), head.methodEnd());
    }
    long range = FieldValue.find(field, request);
    if (range == FieldValue.ABSENT) {
      return null;
    }
    if (range == FieldValue.ELSEWHERE) {
      var copy = FieldValue.copy(field, request);
      return byValue.get(copy, 0, copy.length);
    }
    return byValue.get(head.bytes(), FieldValue.start(range), FieldValue.end(range));
  }
}
