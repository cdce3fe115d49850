package dev.signalbox.observe;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.logging.Level;

/** How much the log tells. */
public enum LogLevel {
  ERROR,
  WARN,
  INFO,
  DEBUG,
  TRACE;

  /** The level of that name, in any case. */
  public static Optional<LogLevel> named(String name) {
    return Arrays.stream(values())
        .filter(level -> level.name().equals(name.toUpperCase(Locale.ROOT)))
        .findFirst();
  }

  Level jul() {
    return switch (this) {
      case ERROR -> Level.SEVERE;
      case WARN -> Level.WARNING;
      case INFO -> Level.INFO;
      case DEBUG -> Level.FINE;
      case TRACE -> Level.FINEST;
    };
  }

  /** What libraries may say: their INFO is our debugging. */
  Level julOfLibraries() {
    return switch (this) {
      case ERROR -> Level.SEVERE;
      case WARN, INFO -> Level.WARNING;
      case DEBUG -> Level.INFO;
      case TRACE -> Level.FINEST;
    };
  }
}
