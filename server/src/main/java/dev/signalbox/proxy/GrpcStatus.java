package dev.signalbox.proxy;

import dev.signalbox.http.Failure;
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
  int code() {
    return ordinal();
  }

  /** The status of that number, or null. */
  static @Nullable GrpcStatus ofCode(int code) {
    for (GrpcStatus status : values()) {
      if (status.code() == code) {
        return status;
      }
    }
    return null;
  }

  /** As it is written in a configuration. */
  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * What a status of HTTP is in gRPC, by its http-grpc-status-mapping. Two that the mapping leaves
   * open have a better word: a body too large, and a method that nothing here carries.
   */
  static GrpcStatus of(int httpStatus) {
    return switch (httpStatus) {
      case 400 -> INTERNAL;
      case 401 -> UNAUTHENTICATED;
      case 403 -> PERMISSION_DENIED;
      case 404, 501 -> UNIMPLEMENTED;
      case 413 -> RESOURCE_EXHAUSTED;
      case 429, 502, 503, 504 -> UNAVAILABLE;
      default -> UNKNOWN;
    };
  }

  /** A time of ours that ran out is a deadline; all else is as its HTTP status. */
  static GrpcStatus of(Failure why) {
    return switch (why) {
      case Failure.TotalTimeout _, Failure.UpstreamTimeout _ -> DEADLINE_EXCEEDED;
      case Failure.Bug _ -> INTERNAL;
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
