package dev.signalbox.testkit;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A response, whatever its version. Immutable.
 *
 * @param fields of its head as {@code name: value}, with names in lower case, without pseudo-fields
 * @param trailers likewise
 * @param interim the statuses of the 1xx responses before it
 */
public record AnyResponse(
    int status, List<String> fields, String body, List<String> trailers, List<Integer> interim) {
  public AnyResponse {
    fields = List.copyOf(fields);
    trailers = List.copyOf(trailers);
    interim = List.copyOf(interim);
  }

  /** The first value of that name, or null. */
  public @Nullable String field(String name) {
    return AnyFields.first(fields, name);
  }
}
