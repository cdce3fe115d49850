package dev.signalbox.analysis.logs;

import dev.signalbox.analysis.logs.LogLine.Unreadable;
import dev.signalbox.http.Ascii;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The common and the combined format, as nginx and Apache write them: {@code 10.0.0.1 - - [time]
 * "GET / HTTP/1.1" 200 12 "referer" "agent"}. Before the client may stand the virtual host and its
 * port, as in Apache's {@code vhost_combined}; whatever follows is passed over. Escapes in quotes
 * are {@code \xHH} (both), {@code \"}, {@code \\}, {@code \n}, {@code \t} and their like (Apache).
 */
final class TextLog implements LogReader {
  private final boolean isCombined;

  /**
   * @param isCombined whether Referer and User-Agent must follow
   */
  TextLog(boolean isCombined) {
    this.isCombined = isCombined;
  }

  @Override
  public LogLine read(byte[] bytes, int start, int end) {
    return new Line(bytes, start, end).read(isCombined);
  }

  /** One line, as far as it has been read. */
  private static final class Line {
    private final byte[] bytes;
    private final int end;
    private int at;

    Line(byte[] bytes, int start, int end) {
      this.bytes = bytes;
      this.at = start;
      this.end = end;
    }

    LogLine read(boolean isCombined) {
      var request = new LoggedRequest.Builder();
      int timeStart = indexOf('[');
      int words = 0;
      var first = "";
      var second = "";
      while (at < timeStart) {
        var word = word();
        if (!word.isEmpty()) {
          first = words == 0 ? word : first;
          second = words == 1 ? word : second;
          words++;
        }
        at++;
      }
      if (words < 3 || at >= end) {
        return new Unreadable("no \"client - user [time]\" at its start");
      }
      boolean hasHost = words > 3 && !second.equals("-") && isHostAndPort(first);
      request.client(hasHost ? second : first);
      if (hasHost) {
        request.host(first.substring(0, first.lastIndexOf(':')));
      }
      int timeEnd = indexOf(']');
      long time = LogTime.common(bytes, timeStart + 1, timeEnd);
      if (time == LogTime.NONE) {
        return new Unreadable("no time like [10/Oct/2000:13:55:36 -0700]");
      }
      request.time(time);
      at = timeEnd + 1;
      var line = quoted();
      if (line == null) {
        return new Unreadable("no request in quotes after the time");
      }
      for (int i = 0; i < 2; i++) { // status and length, which no rule asks
        skipBlanks();
        word();
      }
      boolean hasMore = fields(request);
      return isCombined && !hasMore
          ? new Unreadable("no Referer and User-Agent in quotes at its end")
          : requestLine(line, request);
    }

    private boolean fields(LoggedRequest.Builder request) {
      var referer = quoted();
      var agent = referer == null ? null : quoted();
      if (referer == null || agent == null) {
        return false;
      }
      request.header("Referer", orAbsent(referer));
      request.header("User-Agent", orAbsent(agent));
      return true;
    }

    /** Both servers write a dash for what is not there. */
    private static @Nullable String orAbsent(String value) {
      return value.equals("-") || value.isEmpty() ? null : value;
    }

    private static boolean isHostAndPort(String word) {
      int colon = word.lastIndexOf(':');
      return colon > 0
          && colon < word.length() - 1
          && word.chars().skip(colon + 1).allMatch(c -> c >= '0' && c <= '9');
    }

    // RFC 9112 §3; HTTP/0.9 had no version
    private static LogLine requestLine(String line, LoggedRequest.Builder request) {
      int space = line.indexOf(' ');
      int version = line.lastIndexOf(' ');
      if (space <= 0 || !Ascii.isToken(line.substring(0, space))) {
        return new Unreadable("no request line, but \"" + Texts.shown(line) + "\"");
      }
      boolean hasVersion = version > space && line.startsWith("HTTP/", version + 1);
      var target = line.substring(space + 1, hasVersion ? version : line.length());
      return target.isEmpty()
          ? new Unreadable("a request line without a path")
          : request.method(line.substring(0, space)).target(target).build();
    }

    private String word() {
      int start = at;
      while (at < end && bytes[at] != ' ') {
        at++;
      }
      return new String(bytes, start, at - start, StandardCharsets.ISO_8859_1);
    }

    private void skipBlanks() {
      while (at < end && bytes[at] == ' ') {
        at++;
      }
    }

    private int indexOf(char c) {
      int i = at;
      while (i < end && bytes[i] != c) {
        i++;
      }
      return i;
    }

    /** The next quoted text, decoded; null where none follows. */
    private @Nullable String quoted() {
      skipBlanks();
      if (at >= end || bytes[at] != '"') {
        return null;
      }
      int start = at + 1;
      boolean isPlain = true;
      int i = start;
      while (i < end && bytes[i] != '"') {
        isPlain &= bytes[i] > 0 && bytes[i] != '\\';
        i += bytes[i] == '\\' ? 2 : 1;
      }
      if (i >= end) {
        return null;
      }
      at = i + 1;
      return isPlain
          ? new String(bytes, start, i - start, StandardCharsets.ISO_8859_1)
          : unescaped(start, i);
    }

    private String unescaped(int start, int to) {
      var text = new byte[to - start];
      int length = 0;
      for (int i = start; i < to; i++) {
        byte c = bytes[i];
        if (c == '\\' && i + 1 < to) {
          i++;
          int high = bytes[i] == 'x' && i + 2 < to ? Ascii.hexDigit(bytes[i + 1]) : -1;
          int low = high < 0 ? -1 : Ascii.hexDigit(bytes[i + 2]);
          if (low >= 0) {
            c = (byte) (high << 4 | low);
            i += 2;
          } else {
            c = plain(bytes[i]);
          }
        }
        text[length++] = c;
      }
      return new String(text, 0, length, StandardCharsets.UTF_8);
    }

    /** Apache's one-letter escapes. */
    private static byte plain(byte c) {
      return switch (c) {
        case 'n' -> '\n';
        case 'r' -> '\r';
        case 't' -> '\t';
        case 'b' -> '\b';
        case 'v' -> 0x0b;
        default -> c;
      };
    }
  }
}
