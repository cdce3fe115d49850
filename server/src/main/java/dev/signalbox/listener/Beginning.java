package dev.signalbox.listener;

/** An accepted connection that does not speak HTTP yet. Belongs to its loop. */
interface Beginning {
  /** Ends it now: nobody has asked for anything there. */
  void abort();
}
