package dev.signalbox.http;

import org.jspecify.annotations.Nullable;

/** What a request expects before it sends its body (RFC 9110 §10.1.1), whatever its version. */
public final class Expect {
  private static final byte[] CONTINUE = Ascii.bytes("100-continue");

  private Expect() {}

  /** What is wrong with it, or null: nothing but {@code 100-continue} can be met. */
  public static @Nullable Problem problem(Headers headers) {
    for (int entry = headers.find(KnownHeader.EXPECT);
        entry >= 0;
        entry = headers.find(KnownHeader.EXPECT, entry + 1)) {
      if (!Ascii.equalsIgnoreCase(
          headers.bytes(), headers.valueStart(entry), headers.valueEnd(entry), CONTINUE)) {
        return new Problem(417, "an expectation other than 100-continue");
      }
    }
    return null;
  }
}
