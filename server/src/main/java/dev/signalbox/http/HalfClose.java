package dev.signalbox.http;

/**
 * What to do when a client closes its side of the connection while its answer is due: some are
 * gone, some only have nothing more to say, and TCP does not tell which.
 */
public enum HalfClose {
  /** Go on, and find out by what the connection does next whether the client is there. */
  PROBE,
  /** Take it as still there: answer in full, then close. */
  ANSWER,
  /** Take it as gone: cancel the request. */
  CANCEL
}
