package dev.signalbox.http.h2;

import dev.signalbox.http.Failure;

/** Why a stream or a connection ends (RFC 9113 §7). */
final class ErrorCode {
  static final int NO_ERROR = 0;
  static final int PROTOCOL_ERROR = 1;
  static final int INTERNAL_ERROR = 2;
  static final int FLOW_CONTROL_ERROR = 3;
  static final int SETTINGS_TIMEOUT = 4;
  static final int STREAM_CLOSED = 5;
  static final int FRAME_SIZE_ERROR = 6;
  static final int REFUSED_STREAM = 7;
  static final int CANCEL = 8;
  static final int COMPRESSION_ERROR = 9;
  static final int CONNECT_ERROR = 10;
  static final int ENHANCE_YOUR_CALM = 11;
  static final int INADEQUATE_SECURITY = 12;
  static final int HTTP_1_1_REQUIRED = 13;

  private static final String[] NAMES = {
    "NO_ERROR",
    "PROTOCOL_ERROR",
    "INTERNAL_ERROR",
    "FLOW_CONTROL_ERROR",
    "SETTINGS_TIMEOUT",
    "STREAM_CLOSED",
    "FRAME_SIZE_ERROR",
    "REFUSED_STREAM",
    "CANCEL",
    "COMPRESSION_ERROR",
    "CONNECT_ERROR",
    "ENHANCE_YOUR_CALM",
    "INADEQUATE_SECURITY",
    "HTTP_1_1_REQUIRED"
  };

  private ErrorCode() {}

  /**
   * What an endpoint's reset of a stream means to the client. What is about the connection between
   * it and us, and how we use it, is an error of ours in the client's eyes.
   */
  static Failure.Meaning meaning(int code) {
    return switch (code) {
      case CANCEL -> Failure.Meaning.CANCELLED;
      case ENHANCE_YOUR_CALM -> Failure.Meaning.TOO_MUCH;
      default -> Failure.Meaning.ERROR;
    };
  }

  /**
   * How a client's stream is reset for that. Never with NO_ERROR or REFUSED_STREAM, after which it
   * might take what it has for the whole (RFC 9113 §8.1), or repeat what was done (§8.7).
   */
  static int of(Failure why) {
    return switch (why) {
      case Failure.DownstreamGone _ -> CANCEL;
      case Failure.UpstreamBrokeOff(_, _, Failure.Meaning meaning, _) ->
          switch (meaning) {
            case ERROR -> INTERNAL_ERROR;
            case CANCELLED -> CANCEL;
            case TOO_MUCH -> ENHANCE_YOUR_CALM;
          };
      case Failure.BadRequest _,
          Failure.NoEndpoint _,
          Failure.ConnectFailed _,
          Failure.Exhausted _,
          Failure.Unsupported _,
          Failure.UpstreamReset _,
          Failure.UpstreamRefused _,
          Failure.BadResponse _,
          Failure.UpstreamTimeout _,
          Failure.TotalTimeout _,
          Failure.ShuttingDown _,
          Failure.Bug _ ->
          INTERNAL_ERROR;
    };
  }

  /** The code's name, for logs. */
  static String name(int code) {
    return code >= 0 && code < NAMES.length ? NAMES[code] : "error 0x" + Integer.toHexString(code);
  }
}
