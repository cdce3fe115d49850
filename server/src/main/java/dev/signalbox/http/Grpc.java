package dev.signalbox.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What gRPC says in heads and trailers (gRPC over HTTP/2). Pure. */
public final class Grpc {
  /** The content type of calls. */
  public static final String TYPE = "application/grpc";

  /** The same for clients that see no trailers: gRPC-Web, in its two forms. */
  public static final String WEB_TYPE = "application/grpc-web";

  public static final String WEB_TEXT_TYPE = "application/grpc-web-text";

  /** No timeout, or one that can't be read. */
  static final long NO_TIMEOUT = -1;

  private static final byte[] STATUS = Ascii.bytes("grpc-status");
  private static final byte[] MESSAGE = Ascii.bytes("grpc-message");
  private static final byte[] TIMEOUT = Ascii.bytes("grpc-timeout");
  private static final byte[] TE = Ascii.bytes("te");
  private static final byte[] TRAILERS = Ascii.bytes("trailers");
  private static final int MOST_DIGITS = 8;
  private static final int MOST_CODE = 99; // of two digits: all there are
  private static final byte[] HEX = Ascii.bytes("0123456789ABCDEF");

  private Grpc() {}

  /** Whether the message is gRPC: {@code application/grpc}, with or without its format. */
  public static boolean isGrpc(Headers headers) {
    return isType(headers, TYPE);
  }

  /**
   * The content type of an answer of our own to such a request; null where it is no call, and is
   * answered as HTTP.
   */
  public static @Nullable String answerType(Headers request) {
    if (isGrpc(request)) {
      return TYPE;
    }
    if (isType(request, WEB_TYPE)) {
      return WEB_TYPE;
    }
    return isType(request, WEB_TEXT_TYPE) ? WEB_TEXT_TYPE : null;
  }

  /**
   * The fields that tell a call what is wrong with it, where there is no endpoint yet to ask: all
   * of a response that is nothing but trailers, beside its 200.
   *
   * @param type what {@link #answerType} said
   */
  public static Headers refusal(String type, Problem problem) {
    var fields = new Headers();
    fields.add("content-type", type);
    addRefusal(fields, problem);
    return fields;
  }

  /** The same where a response has begun. */
  public static Headers refusalTrailers(Problem problem) {
    var trailers = new Headers();
    addRefusal(trailers, problem);
    return trailers;
  }

  private static void addRefusal(Headers to, Problem problem) {
    int status = problem.status();
    addStatus(
        to, GrpcStatus.of(status), status + " " + Reasons.of(status) + ": " + problem.reason());
  }

  /** Whether the content is of that type: alone, with a {@code +suffix} or with parameters. */
  public static boolean isType(Headers headers, String type) {
    int entry = headers.find(KnownHeader.CONTENT_TYPE);
    if (entry < 0) {
      return false;
    }
    int start = headers.valueStart(entry);
    int end = headers.valueEnd(entry);
    int after = start + type.length();
    if (after > end || !Ascii.equalsIgnoreCase(headers.bytes(), start, type)) {
      return false;
    }
    return after == end || "+; \t".indexOf(headers.bytes()[after]) >= 0;
  }

  /** Tells the endpoint that trailers are understood: without it some refuse the call. */
  public static void askForTrailers(Headers headers) {
    headers.remove(KnownHeader.TE);
    headers.add(TE, TRAILERS);
  }

  /**
   * How long the client is willing to wait, in nanoseconds, or {@link #NO_TIMEOUT}. What can't be
   * read is left to the endpoint, which gets it as it came and says so in its own words.
   */
  static long timeoutNanos(Headers headers) {
    int entry = headers.find(TIMEOUT, 0);
    return entry < 0
        ? NO_TIMEOUT
        : timeoutNanos(headers.bytes(), headers.valueStart(entry), headers.valueEnd(entry));
  }

  /** One to eight digits and a unit. */
  static long timeoutNanos(byte[] bytes, int start, int end) {
    int digits = end - start - 1;
    if (digits < 1 || digits > MOST_DIGITS) {
      return NO_TIMEOUT;
    }
    long amount = 0;
    for (int i = start; i < end - 1; i++) {
      int digit = bytes[i] - '0';
      if (digit < 0 || digit > 9) {
        return NO_TIMEOUT;
      }
      amount = amount * 10 + digit;
    }
    TimeUnit unit = unit(bytes[end - 1]);
    return unit == null ? NO_TIMEOUT : unit.toNanos(amount); // 99,999,999 hours saturate
  }

  private static @Nullable TimeUnit unit(byte letter) {
    return switch (letter) {
      case 'H' -> TimeUnit.HOURS;
      case 'M' -> TimeUnit.MINUTES;
      case 'S' -> TimeUnit.SECONDS;
      case 'm' -> TimeUnit.MILLISECONDS;
      case 'u' -> TimeUnit.MICROSECONDS;
      case 'n' -> TimeUnit.NANOSECONDS;
      default -> null;
    };
  }

  /** The smaller of the two times for a whole exchange; 0 for any time. */
  public static long bounded(long totalNanos, Headers headers) {
    long timeout = timeoutNanos(headers);
    if (timeout == NO_TIMEOUT) {
      return totalNanos;
    }
    long most = Math.max(1, timeout); // none at all has passed already
    return totalNanos == 0 ? most : Math.min(totalNanos, most);
  }

  /** The status of a response that is nothing but trailers, or null where it is more, or none. */
  public static @Nullable GrpcStatus trailersOnly(ResponseHead head) {
    int entry = head.headers().find(STATUS, 0);
    if (entry < 0 || head.bodyLength() != 0) {
      return null;
    }
    int code = 0;
    for (int i = head.headers().valueStart(entry); i < head.headers().valueEnd(entry); i++) {
      int digit = head.headers().bytes()[i] - '0';
      code = code * 10 + digit;
      if (digit < 0 || digit > 9 || code > MOST_CODE) {
        return null;
      }
    }
    return GrpcStatus.ofCode(code);
  }

  /** How a call has ended, as fields: trailers, or the head of a response that is only those. */
  public static void addStatus(Headers to, GrpcStatus status, String message) {
    to.add(STATUS, Ascii.bytes(Integer.toString(status.code())));
    to.add(MESSAGE, encoded(message));
  }

  /** A message as it is written in a field: what is no printable ASCII, and %, as %XX of UTF-8. */
  public static byte[] encoded(String message) {
    byte[] utf8 = message.getBytes(StandardCharsets.UTF_8);
    var out = new byte[utf8.length * 3];
    int length = 0;
    for (byte c : utf8) {
      if (c >= 0x20 && c <= 0x7e && c != '%') {
        out[length++] = c;
      } else {
        out[length++] = '%';
        out[length++] = HEX[(c >> 4) & 0xf];
        out[length++] = HEX[c & 0xf];
      }
    }
    return Arrays.copyOf(out, length);
  }
}
