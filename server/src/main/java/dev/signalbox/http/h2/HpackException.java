package dev.signalbox.http.h2;

import java.io.Serial;

/**
 * A header block that can't be decoded: from then on the two tables differ, so the connection ends
 * with COMPRESSION_ERROR (RFC 9113 §4.3).
 */
final class HpackException extends Exception {
  @Serial private static final long serialVersionUID = 1;

  HpackException(String reason) {
    super(reason, null, false, false); // without a stack trace: peers can cause these at will
  }
}
