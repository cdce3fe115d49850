package dev.signalbox.route;

import dev.signalbox.http.Ascii;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A named text of a request. Immutable.
 *
 * <p>A header's value is all its lines in order, joined by comma and space (RFC 9110 §5.3). Of
 * several cookies or query parameters of a name the first counts. Names and values of the query are
 * percent-decoded and a plus is a space; a cookie's value is taken as it is, without double quotes
 * around it.
 */
public sealed interface Field {
  /** A header, by its name in lower case. */
  record Header(String name) implements Field {
    public Header {
      if (!Ascii.isToken(name) || name.chars().anyMatch(c -> c >= 'A' && c <= 'Z')) {
        throw new IllegalArgumentException("header: " + name + " (expected: a lower-case name)");
      }
    }

    @Override
    public String toString() {
      return name.equals("user-agent") ? name : "header " + name;
    }
  }

  /** A cookie, by its name, whose case counts. */
  record Cookie(String name) implements Field {
    @Override
    public String toString() {
      return "cookie " + name;
    }
  }

  /** A query parameter, by its decoded name, whose case counts. */
  record Query(String name) implements Field {
    @Override
    public String toString() {
      return "query " + name;
    }
  }

  /** The name that the client gave in the TLS handshake. */
  record Sni() implements Field {
    @Override
    public String toString() {
      return "sni";
    }
  }

  /** What the request has there, or null. */
  default @Nullable String text(RouteRequest request) {
    long range = FieldValue.find(this, request);
    if (range == FieldValue.ABSENT) {
      return null;
    }
    if (range == FieldValue.ELSEWHERE) {
      return new String(FieldValue.copy(this, request), StandardCharsets.UTF_8);
    }
    int start = FieldValue.start(range);
    return new String(
        request.head().bytes(), start, FieldValue.end(range) - start, StandardCharsets.UTF_8);
  }
}
