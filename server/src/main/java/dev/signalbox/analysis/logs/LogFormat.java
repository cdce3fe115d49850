package dev.signalbox.analysis.logs;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The formats of logs. */
public enum LogFormat {
  /** Nginx's and Apache's {@code combined}: with Referer and User-Agent. */
  COMBINED,
  /** Without these. */
  COMMON,
  CADDY,
  TRAEFIK,
  /** Our own JSON. */
  JSON,
  /** Saved by a browser: one document, not lines. */
  HAR;

  /** What comes before a HAR's name for its contents is at most this far from its start. */
  private static final int PEEK = 400;

  private static final LogReader COMBINED_TEXT = new TextLog(true);
  private static final LogReader COMMON_TEXT = new TextLog(false);
  private static final LogReader CADDY_LINE = new JsonLog(JsonLog::caddy);
  private static final LogReader TRAEFIK_LINE = new JsonLog(JsonLog::traefik);
  private static final LogReader OWN_LINE = new JsonLog(JsonLog::own);
  private static final LogReader HAR_ENTRY = new JsonLog(HarLog::entry);

  private LogReader reader() {
    return switch (this) {
      case COMBINED -> COMBINED_TEXT;
      case COMMON -> COMMON_TEXT;
      case CADDY -> CADDY_LINE;
      case TRAEFIK -> TRAEFIK_LINE;
      case JSON -> OWN_LINE;
      case HAR -> HAR_ENTRY;
    };
  }

  /** What a line says; of a HAR, a line would be one entry. Never throws. */
  public LogLine read(byte[] bytes, int start, int end) {
    return reader().read(bytes, start, end);
  }

  /** The format of this name, or null. */
  public static @Nullable LogFormat named(String name) {
    return Arrays.stream(values()).filter(f -> f.toString().equals(name)).findFirst().orElse(null);
  }

  /** All names. */
  public static String names() {
    return Arrays.stream(values()).map(LogFormat::toString).collect(Collectors.joining(", "));
  }

  /**
   * The format that most of these lines are in; of equals, the one that says most. Null where no
   * line is in any.
   *
   * @param lines the first of a log
   */
  public static @Nullable LogFormat of(List<byte[]> lines) {
    LogFormat best = null;
    long most = 0;
    for (var format : values()) {
      if (format == HAR) {
        continue;
      }
      long read =
          lines.stream()
              .filter(line -> format.read(line, 0, line.length) instanceof LoggedRequest)
              .count();
      if (read > most) {
        best = format;
        most = read;
      }
    }
    return best;
  }

  /** Whether a document that starts with these bytes is a HAR. */
  public static boolean isHar(byte[] start, int length) {
    var text =
        new String(start, 0, Math.min(length, PEEK), java.nio.charset.StandardCharsets.UTF_8);
    return text.replace("\ufeff", "").replaceAll("\\s", "").startsWith("{\"log\":{");
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
