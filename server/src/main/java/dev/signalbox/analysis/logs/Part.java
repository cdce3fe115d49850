package dev.signalbox.analysis.logs;

/**
 * A part of a request that a log may leave out. Method and path are in every log; what is known of
 * headers is told by name.
 */
public enum Part {
  HOST(1),
  QUERY(2),
  SCHEME(4),
  CLIENT(8),
  SNI(16),
  LISTENER(32),
  TIME(64),
  BODY(128),
  /** Where the client is: no log says, and today's database may not be that of the day. */
  PLACE(256),
  /** The client's certificate: no log says. */
  CLIENT_CERT(512);

  private final int bit;

  Part(int bit) {
    this.bit = bit;
  }

  /** A bit of its own. */
  int bit() {
    return bit;
  }
}
