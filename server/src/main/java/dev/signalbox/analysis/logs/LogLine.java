package dev.signalbox.analysis.logs;

/** What was read of one line. */
public sealed interface LogLine permits LoggedRequest, LogLine.Unreadable {
  /**
   * No request could be read.
   *
   * @param reason why, as a part of a sentence
   */
  record Unreadable(String reason) implements LogLine {}
}
