package dev.signalbox.http.h1;

/**
 * What is wrong with a message on the wire.
 *
 * @param status how a request with this problem is answered
 * @param reason in words, for logs and the person who sent it
 */
record Problem(int status, String reason) {
  static final Problem BARE_CR = of("a carriage return without a line feed");
  static final Problem BARE_LF = of("a line feed without a carriage return");
  static final Problem LINE_TOO_LONG = new Problem(414, "the request line is too long");
  static final Problem TOO_LARGE = new Problem(431, "the head is too large");
  static final Problem TOO_MANY_FIELDS = new Problem(431, "too many fields");
  static final Problem BODY_TOO_LARGE = new Problem(413, "the body is too large");

  static Problem of(String reason) {
    return new Problem(400, reason);
  }
}
