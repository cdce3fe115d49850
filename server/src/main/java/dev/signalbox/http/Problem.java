package dev.signalbox.http;

/**
 * What is wrong with a message on the wire.
 *
 * @param status how a request with this problem is answered
 * @param reason in words, for logs and the person who sent it
 */
public record Problem(int status, String reason) {
  public static final Problem BARE_CR = of("a carriage return without a line feed");
  public static final Problem BARE_LF = of("a line feed without a carriage return");
  public static final Problem LINE_TOO_LONG = new Problem(414, "the request line is too long");
  public static final Problem TOO_LARGE = new Problem(431, "the head is too large");
  public static final Problem TOO_MANY_FIELDS = new Problem(431, "too many fields");
  public static final Problem BODY_TOO_LARGE = new Problem(413, "the body is too large");

  public static Problem of(String reason) {
    return new Problem(400, reason);
  }
}
