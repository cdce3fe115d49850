package dev.signalbox.proxy;

import dev.signalbox.http.Grpc;
import dev.signalbox.http.GrpcStatus;
import dev.signalbox.http.Headers;
import dev.signalbox.http.Reasons;
import dev.signalbox.http.ServerStream;
import dev.signalbox.net.TimerWheel;

/**
 * What an exchange has besides where it is a gRPC call. Either side may pause in a stream, so the
 * time that counts while the client has not ended is the one without a byte in either direction. On
 * its exchange's loop.
 */
final class GrpcCall extends TimerWheel.Timer {
  private final Exchange exchange;
  private final ServerStream downstream;
  private final long idleNanos;
  private long endNanos; // of the time that the call may take, if hasEnd
  private boolean hasEnd;

  GrpcCall(Exchange exchange, ServerStream downstream, long idleNanos) {
    this.exchange = exchange;
    this.downstream = downstream;
    this.idleNanos = idleNanos;
  }

  void begin(boolean isRequestComplete) {
    if (!isRequestComplete) {
      downstream.mayPause();
      downstream.loop().arm(this, idleNanos);
    }
  }

  /** So much of the time for the whole call is left. */
  void endsAfter(long nanos) {
    hasEnd = true;
    endNanos = downstream.loop().nanoTime() + nanos;
  }

  /**
   * Whether that time has passed. An endpoint breaks a call off at its deadline, and by the coarse
   * timer that may be heard before our own: then it is that, and no fault of the endpoint's.
   */
  boolean hasExpired() {
    return hasEnd && downstream.loop().nanoTime() - endNanos >= 0;
  }

  /** Something came, from either side. */
  void onProgress() {
    if (isArmed()) {
      downstream.loop().arm(this, idleNanos);
    }
  }

  /** From here on it is the endpoint's turn, and its stream watches over that. */
  void onRequestEnd() {
    downstream.loop().cancel(this);
  }

  void end() {
    downstream.loop().remove(this);
  }

  @Override
  protected void onTimeout() {
    exchange.onDeadline();
  }

  /** The answer to what could not be done; it says what an HTTP client would hear. */
  static LocalReply error(String type, GrpcStatus status, int httpStatus, String id) {
    return LocalReply.grpc(type, status, message(httpStatus, id), id);
  }

  /** The same where a response has begun. */
  static Headers trailers(GrpcStatus status, int httpStatus, String id) {
    var trailers = new Headers();
    Grpc.addStatus(trailers, status, message(httpStatus, id));
    return trailers;
  }

  private static String message(int httpStatus, String id) {
    return httpStatus + " " + Reasons.of(httpStatus) + ", request id: " + id;
  }
}
