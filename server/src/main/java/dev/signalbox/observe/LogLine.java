package dev.signalbox.observe;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashSet;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;

/**
 * Turns a record into one line: time, level letter, logger, message. Remembers which bugs it has
 * shown, so it belongs to one thread, the log's writer.
 */
final class LogLine extends Formatter {
  private static final String HOUSE = "dev.signalbox.";
  private static final int LONGEST_MESSAGE = 4_000;
  private static final int MOST_BUGS = 256;
  private static final DateTimeFormatter FULL =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'");
  private static final DateTimeFormatter SHORT = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");

  private final ConsoleLog.Look look;
  private final DateTimeFormatter time;
  private final LinkedHashSet<String> bugsShown = new LinkedHashSet<>();

  LogLine(ConsoleLog.Look look) {
    this.look = look;
    ZoneId zone = look.terminal() ? ZoneId.systemDefault() : ZoneOffset.UTC;
    this.time = (look.terminal() ? SHORT : FULL).withZone(zone);
  }

  @Override
  public String format(LogRecord record) {
    var message = formatMessage(record);
    return line(record.getInstant(), record.getLevel(), record.getLoggerName(), message)
        + thrown(record.getThrown());
  }

  private String line(Instant at, Level level, @Nullable String logger, @Nullable String message) {
    var letter = letter(level);
    var line = new StringBuilder(120).append(time.format(at)).append(' ');
    line.append(look.colours() ? colour(letter) + letter + "\033[0m" : String.valueOf(letter));
    line.append(' ').append(shortName(logger)).append(": ");
    escape(message == null ? "" : message, line);
    return line.append('\n').toString();
  }

  private String thrown(@Nullable Throwable thrown) {
    if (thrown == null) {
      return "";
    }
    // What the network or the disk does is news, not a bug: its stack would say nothing.
    if (!(thrown instanceof RuntimeException || thrown instanceof Error)) {
      return indented(thrown.toString());
    }
    var frames = thrown.getStackTrace();
    var bug = thrown.getClass().getName() + (frames.length == 0 ? "" : frames[0]);
    if (bugsShown.contains(bug)) {
      return indented(thrown + " (its stack trace is above)");
    }
    if (bugsShown.size() == MOST_BUGS) {
      bugsShown.removeFirst();
    }
    bugsShown.add(bug);
    var trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace));
    var lines = new StringBuilder();
    trace.toString().lines().forEach(traceLine -> lines.append(indented(traceLine)));
    return lines.toString();
  }

  private static String indented(String text) {
    var line = new StringBuilder("    ");
    escape(text.replace("\t", "  "), line);
    return line.append('\n').toString();
  }

  private static char letter(Level level) {
    var value = level.intValue();
    if (value >= Level.SEVERE.intValue()) {
      return 'E';
    }
    if (value >= Level.WARNING.intValue()) {
      return 'W';
    }
    if (value >= Level.INFO.intValue()) {
      return 'I';
    }
    return value >= Level.FINE.intValue() ? 'D' : 'T';
  }

  private static String colour(char letter) {
    return switch (letter) {
      case 'E' -> "\033[1;31m";
      case 'W' -> "\033[33m";
      case 'I' -> "\033[32m";
      default -> "\033[2m";
    };
  }

  /** The room for our own classes, the simple class name for everybody else's. */
  private static String shortName(@Nullable String logger) {
    if (logger == null || logger.isEmpty()) {
      return "-";
    }
    if (logger.startsWith(HOUSE)) {
      var inside = logger.substring(HOUSE.length());
      var dot = inside.lastIndexOf('.');
      return dot < 0 ? inside : inside.substring(0, dot);
    }
    return logger.substring(logger.lastIndexOf('.') + 1);
  }

  /** A message may carry what a client sent: nothing in it may end the line or drive a terminal. */
  private static void escape(String text, StringBuilder line) {
    var length = Math.min(text.length(), LONGEST_MESSAGE);
    for (var i = 0; i < length; i++) {
      var c = text.charAt(i);
      if (c == '\n') {
        line.append("\\n");
      } else if (Character.isISOControl(c)) {
        line.append("\\x").append(Character.forDigit(c >> 4, 16));
        line.append(Character.forDigit(c & 15, 16));
      } else if (c == '\u2028' || c == '\u2029' || Character.getType(c) == Character.FORMAT) {
        line.append(String.format("\\u%04x", (int) c));
      } else {
        line.append(c);
      }
    }
    if (text.length() > LONGEST_MESSAGE) {
      line.append("... (").append(text.length() - LONGEST_MESSAGE).append(" more)");
    }
  }
}
