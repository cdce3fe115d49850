package dev.signalbox.http;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How a gRPC call has ended, in the order of the codes; and what an HTTP status means there. */
public enum GrpcStatus {
  OK,
  CANCELLED,
  UNKNOWN,
  INVALID_ARGUMENT,
  DEADLINE_EXCEEDED,
  NOT_FOUND,
  ALREADY_EXISTS,
  PERMISSION_DENIED,
  RESOURCE_EXHAUSTED,
  FAILED_PRECONDITION,
  ABORTED,
  OUT_OF_RANGE,
  UNIMPLEMENTED,
  INTERNAL,
  UNAVAILABLE,
  DATA_LOSS,
  UNAUTHENTICATED;

  /** The number on the wire. */
  @SuppressWarnings("EnumOrdinal") // the order is that of the codes, which never change
  public int code() {
    return ordinal();
  }

  /** The status of that number, or null. */
  public static @Nullable GrpcStatus ofCode(int code) {
    for (GrpcStatus status : values()) {
      if (status.code() == code) {
        return status;
      }
    }
    return null;
  }

  /** As it is written in a configuration. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * What a status of HTTP is in gRPC, by its http-grpc-status-mapping. Those that the mapping
   * leaves open have a better word where it is we who say them: something is too large, or too
   * slow, or a method that nothing here carries.
   */
  public static GrpcStatus of(int httpStatus) {
    return switch (httpStatus) {
      case 400 -> INTERNAL;
      case 401 -> UNAUTHENTICATED;
      case 403 -> PERMISSION_DENIED;
      case 404, 405, 501 -> UNIMPLEMENTED;
      case 408 -> DEADLINE_EXCEEDED;
      case 413, 414, 431 -> RESOURCE_EXHAUSTED;
      case 429, 502, 503, 504 -> UNAVAILABLE;
      default -> UNKNOWN;
    };
  }

  /**
   * A time of ours that ran out is a deadline; a reset by the endpoint is what gRPC has for its
   * code; all else is as its HTTP status.
   */
  public static GrpcStatus of(Failure why) {
    return switch (why) {
      case Failure.TotalTimeout _, Failure.UpstreamTimeout _ -> DEADLINE_EXCEEDED;
      case Failure.Bug _ -> INTERNAL;
      case Failure.UpstreamBrokeOff(_, _, Failure.Meaning meaning, _) ->
          switch (meaning) {
            case ERROR -> INTERNAL;
            case CANCELLED -> CANCELLED;
            case TOO_MUCH -> RESOURCE_EXHAUSTED;
          };
      case Failure.BadRequest _,
          Failure.DownstreamGone _,
          Failure.NoEndpoint _,
          Failure.ConnectFailed _,
          Failure.Exhausted _,
          Failure.UpstreamReset _,
          Failure.UpstreamRefused _,
          Failure.BadResponse _,
          Failure.Unsupported _,
          Failure.ShuttingDown _ ->
          of(why.status());
    };
  }
}
