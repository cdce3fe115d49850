package dev.signalbox.http;

import org.jspecify.annotations.Nullable;

/**
 * Why an exchange could not be completed: what happened, what the client is told, whose fault it
 * is, and whether another attempt may help. Decided here and nowhere else.
 */
public sealed interface Failure {
  /** Whose fault a failure is. A downstream's fault never marks an endpoint. */
  enum Blame {
    DOWNSTREAM,
    UPSTREAM,
    SELF
  }

  /** Whether another attempt may be made. */
  enum Retry {
    NEVER,
    /** No endpoint can have acted on the request. */
    SAFE,
    /** An endpoint may have acted on it: only if doing it twice does no harm. */
    IF_IDEMPOTENT
  }

  /** The request can't be understood, or could be understood in two ways. */
  record BadRequest(int status, String reason) implements Failure {}

  /** The client went away, or sent nothing for too long, before the exchange was complete. */
  record DownstreamGone(String reason) implements Failure {}

  /** No endpoint of the upstream can take the request now. */
  record NoEndpoint(String upstream, String reason) implements Failure {}

  record ConnectFailed(String endpoint, String reason, boolean isTimeout) implements Failure {}

  /** We could not even try: we are out of file descriptors, or the like. */
  record Exhausted(String reason) implements Failure {}

  /**
   * The endpoint closed or broke the connection.
   *
   * @param wasReused whether the connection had carried a response before, so that the endpoint may
   *     have closed it as idle while our request was on its way
   * @param wasSent whether any byte of the request had left
   * @param hasAnswered whether any byte of a response had come
   */
  record UpstreamReset(
      String endpoint, String reason, boolean wasReused, boolean wasSent, boolean hasAnswered)
      implements Failure {}

  /** What an endpoint means by breaking an exchange off, as far as it concerns the client. */
  enum Meaning {
    /** Something is wrong, with the endpoint or between it and us. */
    ERROR,
    /** It does not want to go on with this one. */
    CANCELLED,
    /** It is asked too much. */
    TOO_MUCH
  }

  /**
   * The endpoint broke this exchange off, and its connection goes on.
   *
   * @param hasAnswered whether any byte of a response had come
   */
  record UpstreamBrokeOff(String endpoint, String reason, Meaning meaning, boolean hasAnswered)
      implements Failure {}

  /**
   * The endpoint has said that it did not touch the request, and will not: no harm is done by
   * another attempt, whatever the method (RFC 9113 §8.7).
   *
   * @param isConnectionOnly whether it is only that connection which takes no more requests
   */
  record UpstreamRefused(String endpoint, String reason, boolean isConnectionOnly)
      implements Failure {}

  /** The endpoint's answer breaks the protocol. */
  record BadResponse(String endpoint, String reason) implements Failure {}

  /**
   * Nothing is wrong with the endpoint: it does not do this, in the protocol that we speak to it.
   */
  record Unsupported(String endpoint, String reason) implements Failure {}

  /** The endpoint did not answer, or did not go on, in time. */
  record UpstreamTimeout(String endpoint, String reason) implements Failure {}

  /** The exchange took longer than its route allows. */
  record TotalTimeout() implements Failure {}

  /** The server is shutting down and its deadline has passed. */
  record ShuttingDown() implements Failure {}

  /** Our own mistake. */
  record Bug(@Nullable Throwable cause) implements Failure {}

  /** The status that tells the client, where a response can still be sent. */
  default int status() {
    return switch (this) {
      case BadRequest(int status, _) -> status;
      case DownstreamGone _ -> 499;
      case NoEndpoint _, Exhausted _, ShuttingDown _ -> 503;
      case ConnectFailed(_, _, boolean isTimeout) -> isTimeout ? 504 : 502;
      case UpstreamReset _, UpstreamBrokeOff _, UpstreamRefused _, BadResponse _ -> 502;
      case UpstreamTimeout _, TotalTimeout _ -> 504;
      case Bug _ -> 500;
      case Unsupported _ -> 501;
    };
  }

  default Blame blame() {
    return switch (this) {
      case BadRequest _, DownstreamGone _ -> Blame.DOWNSTREAM;
      case ConnectFailed _,
          UpstreamReset _,
          UpstreamBrokeOff _,
          UpstreamRefused _,
          BadResponse _,
          UpstreamTimeout _ ->
          Blame.UPSTREAM;
      case NoEndpoint _, Exhausted _, Unsupported _, TotalTimeout _, ShuttingDown _, Bug _ ->
          Blame.SELF;
    };
  }

  /**
   * Whether it is one connection that failed, and nothing is known to be wrong with its endpoint.
   */
  default boolean isOfConnectionOnly() {
    return switch (this) {
      case UpstreamReset(_, _, boolean wasReused, _, _) -> wasReused;
      case UpstreamRefused(_, _, boolean isConnectionOnly) -> isConnectionOnly;
      case BadRequest _,
          DownstreamGone _,
          NoEndpoint _,
          ConnectFailed _,
          Exhausted _,
          UpstreamBrokeOff _,
          BadResponse _,
          Unsupported _,
          UpstreamTimeout _,
          TotalTimeout _,
          ShuttingDown _,
          Bug _ ->
          false;
    };
  }

  default Retry retry() {
    return switch (this) {
      case ConnectFailed _, UpstreamRefused _ -> Retry.SAFE;
      case UpstreamReset(_, _, _, boolean wasSent, boolean hasAnswered) -> {
        if (hasAnswered) {
          yield Retry.NEVER;
        }
        yield wasSent ? Retry.IF_IDEMPOTENT : Retry.SAFE;
      }
      case UpstreamBrokeOff(_, _, _, boolean hasAnswered) ->
          hasAnswered ? Retry.NEVER : Retry.IF_IDEMPOTENT;
      case BadRequest _,
          DownstreamGone _,
          NoEndpoint _,
          Exhausted _,
          BadResponse _,
          Unsupported _,
          UpstreamTimeout _,
          TotalTimeout _,
          ShuttingDown _,
          Bug _ ->
          Retry.NEVER;
    };
  }
}
