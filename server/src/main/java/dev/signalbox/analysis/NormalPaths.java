package dev.signalbox.analysis;

import dev.signalbox.analysis.text.RegexLanguage;
import dev.signalbox.analysis.text.TextEncoding;
import dev.signalbox.analysis.text.TextSet;
import dev.signalbox.config.InvalidValue;
import dev.signalbox.route.OfflineRequest;

/**
 * Exactly the paths that stay as they are when they are read: no dot segments, and escapes only of
 * what needs them, in upper case. As a set it is an automaton, so it is asked only where examples
 * were not enough. Pure.
 */
final class NormalPaths {
  static final TextSet ALL = all();

  private NormalPaths() {}

  private static TextSet all() {
    var plain = "[!$&'()*+,:;<=>@\\[\\]^`{|}\"\\-_~0-9A-Za-z]";
    // RFC 3986 §2.3: all but unreserved characters; and NUL is refused
    var escaped = "%(0[1-9A-F]|1[0-9A-F]|2[0-9A-CF]|3[A-F]|40|5[B-E]|60|7[B-DF]|[89A-F][0-9A-F])";
    var unit = "(" + plain + "|" + escaped + ")";
    var segment = "(\\.{0,2}" + unit + "(" + unit + "|\\.)*|\\.{3,}(" + unit + "|\\.)*)?";
    return switch (RegexLanguage.of("(/" + segment + ")+", TextEncoding.LATIN_1)) {
      case RegexLanguage.Known(var texts) -> texts;
      case RegexLanguage.NotAnalysable(var why) -> throw new IllegalStateException(why);
    };
  }

  /** Whether a legal path is one of them, by the reader itself. */
  static boolean contains(String path) {
    if (path.indexOf('%') < 0 && !path.contains("/.")) {
      return true;
    }
    try {
      return OfflineRequest.get(path).head().pathText().equals(path);
    } catch (InvalidValue _) {
      return false; // it is refused
    }
  }
}
