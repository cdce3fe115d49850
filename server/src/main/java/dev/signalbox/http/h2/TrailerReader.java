package dev.signalbox.http.h2;

import dev.signalbox.http.Headers;
import dev.signalbox.http.Trailers;
import org.jspecify.annotations.Nullable;

/** Reads the fields after a body (RFC 9113 §8.1). Made for each; belongs to one loop. */
final class TrailerReader implements FieldSink {
  private final Headers headers = new Headers();
  private final int mostFields;
  private int fields;
  private @Nullable String problem;

  TrailerReader(int mostFields) {
    this.mostFields = mostFields;
  }

  @Override
  public void onField(
      byte[] bytes,
      int nameStart,
      int nameEnd,
      int valueStart,
      int valueEnd,
      boolean isNeverIndexed) {
    if (problem != null) {
      return;
    }
    if (nameStart < nameEnd && bytes[nameStart] == ':') {
      problem = "a pseudo-header after the body";
    } else if (++fields > mostFields) {
      problem = "too many fields after the body";
    } else {
      problem = FieldRules.enter(headers, bytes, nameStart, nameEnd, valueStart, valueEnd);
    }
  }

  /** What is wrong with them, or null. Once they have all come. */
  @Nullable String problem() {
    return problem == null ? FieldRules.checkConnectionSpecific(headers) : problem;
  }

  /** Those that may stand after a body; null where there are none. */
  @Nullable Headers trailers() {
    return Trailers.removeForbidden(headers) ? headers : null;
  }
}
