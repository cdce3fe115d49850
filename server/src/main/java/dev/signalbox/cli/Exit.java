package dev.signalbox.cli;

/** The exit codes: the same meaning for every command. */
final class Exit {
  /** All is well. */
  static final int FINE = 0;

  /** It works, and there is something to say about it. */
  static final int FINDINGS = 1;

  /** What was given cannot be used: arguments, a file, an address. */
  static final int UNUSABLE = 2;

  /** A bug of ours (sysexits' EX_SOFTWARE). */
  static final int BUG = 70;

  private Exit() {}
}
