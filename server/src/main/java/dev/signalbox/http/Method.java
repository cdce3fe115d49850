package dev.signalbox.http;

/** Request methods of RFC 9110 §9 and RFC 5789; any other token is {@link #OTHER}. */
public enum Method {
  GET(true),
  HEAD(true),
  OPTIONS(true),
  TRACE(true),
  PUT(true),
  DELETE(true),
  POST(false),
  PATCH(false),
  CONNECT(false),
  OTHER(false);

  private static final Method[] ALL = values();

  private final boolean isIdempotent;

  @SuppressWarnings("ImmutableEnumChecker") // nobody writes to it
  private final byte[] bytes;

  Method(boolean isIdempotent) {
    this.isIdempotent = isIdempotent;
    this.bytes = Ascii.bytes(name());
  }

  /** Whether doing it twice is the same as doing it once (RFC 9110 §9.2.2). */
  public boolean isIdempotent() {
    return isIdempotent;
  }

  /** The method of that name; names are case-sensitive. */
  public static Method find(byte[] name, int start, int end) {
    for (Method method : ALL) {
      byte[] candidate = method.bytes;
      if (candidate.length == end - start
          && candidate[0] == name[start]
          && java.util.Arrays.equals(candidate, 0, candidate.length, name, start, end)) {
        return method;
      }
    }
    return OTHER;
  }
}
