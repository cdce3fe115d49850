package dev.signalbox.analysis.replay;

import dev.signalbox.config.Json;
import java.util.Map;

/**
 * A line that shows something. Immutable.
 *
 * @param file the log
 * @param line counted from 1; of a HAR, the entry
 * @param request on one line, fit to be shown
 */
public record Example(String file, long line, String request) {
  /** For machines. */
  Map<String, Object> json() {
    return Json.object("file", file, "line", line, "request", request);
  }
}
