package dev.signalbox.analysis.logs;

/**
 * A part of a request that a log may leave out. Method and path are in every log; what is known of
 * headers is told by name.
 */
public enum Part {
  HOST,
  QUERY,
  SCHEME,
  CLIENT,
  SNI,
  LISTENER,
  TIME,
  BODY,
  /** Where the client is: no log says, and today's database may not be that of the day. */
  PLACE
}
