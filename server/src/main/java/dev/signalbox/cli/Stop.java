package dev.signalbox.cli;

/** The wish that the server should end. */
interface Stop {
  /** Waits until somebody wants it, and says who. */
  String awaited() throws InterruptedException;
}
