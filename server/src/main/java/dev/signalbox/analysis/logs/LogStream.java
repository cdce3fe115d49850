package dev.signalbox.analysis.logs;

import dev.signalbox.analysis.logs.LogLine.Unreadable;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a whole log from a stream: unpacks it where it is packed with gzip, finds out its format,
 * and cuts it into lines. Used by one thread.
 */
public final class LogStream {
  /** The longest line that is read. */
  static final int LONGEST_LINE = 1 << 20;

  private static final int LOOK_AT = 1 << 16;

  /** Is told of each line. */
  public interface Reader {
    /**
     * A line was read.
     *
     * @param number counted from 1; of a HAR, the entry's
     */
    void onLine(long number, LogLine line);
  }

  private LogStream() {}

  /**
   * Reads it to its end.
   *
   * @param forced the format, or null to find it out
   * @return the format; null where it could not be found out: then nothing was read, unless the log
   *     is empty
   */
  public static @Nullable LogFormat read(
      InputStream packed, @Nullable LogFormat forced, Reader reader) throws IOException {
    var in = unpacked(packed);
    in.mark(LOOK_AT);
    byte[] first = in.readNBytes(LOOK_AT);
    in.reset();
    var format = forced == null ? format(first) : forced;
    if (format == LogFormat.HAR) {
      var number = new long[1];
      try {
        HarLog.read(in, entry -> reader.onLine(++number[0], entry));
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
    } else if (format != null) {
      lines(in, format, reader);
    }
    return format;
  }

  // RFC 1952 §2.3.1
  private static InputStream unpacked(InputStream packed) throws IOException {
    var in = new BufferedInputStream(packed, LOOK_AT);
    in.mark(2);
    boolean isGzip = in.read() == 0x1f && in.read() == 0x8b;
    in.reset();
    return isGzip ? new BufferedInputStream(new GZIPInputStream(in, LOOK_AT), LOOK_AT) : in;
  }

  private static @Nullable LogFormat format(byte[] first) {
    return LogFormat.isHar(first, first.length) ? LogFormat.HAR : LogFormat.of(lines(first));
  }

  /** The lines in it; the last, which may be cut, only where it is not. */
  private static List<byte[]> lines(byte[] text) {
    var lines = new ArrayList<byte[]>();
    int start = 0;
    for (int i = 0; i < text.length && lines.size() < 50; i++) {
      if (text[i] == '\n') {
        lines.add(Arrays.copyOfRange(text, start, i));
        start = i + 1;
      }
    }
    if ((text.length < LOOK_AT && start < text.length) || lines.isEmpty()) {
      lines.add(Arrays.copyOfRange(text, start, text.length));
    }
    return lines;
  }

  private static void lines(InputStream in, LogFormat format, Reader reader) throws IOException {
    byte[] bytes = new byte[LOOK_AT];
    int start = 0;
    int end = 0;
    long number = 0;
    boolean isTooLong = false;
    while (true) {
      int read = in.read(bytes, end, bytes.length - end);
      int from = end;
      end += Math.max(0, read);
      for (int i = from; i < end; i++) {
        if (bytes[i] == '\n') {
          number++;
          line(bytes, start, i, isTooLong, number, format, reader);
          isTooLong = false;
          start = i + 1;
        }
      }
      if (read < 0) {
        if (end > start || isTooLong) {
          line(bytes, start, end, isTooLong, number + 1, format, reader);
        }
        return;
      }
      if (end - start > LONGEST_LINE) {
        isTooLong = true;
        start = end;
      }
      System.arraycopy(bytes, start, bytes, 0, end - start);
      end -= start;
      start = 0;
      if (end == bytes.length) {
        bytes = Arrays.copyOf(bytes, 2 * end);
      }
    }
  }

  private static void line(
      byte[] bytes,
      int start,
      int end,
      boolean isTooLong,
      long number,
      LogFormat format,
      Reader reader) {
    int to = end > start && bytes[end - 1] == '\r' ? end - 1 : end;
    if (isTooLong) {
      reader.onLine(number, new Unreadable("longer than " + LONGEST_LINE + " bytes"));
    } else if (to > start) { // an empty line says nothing, and hides nothing
      reader.onLine(number, format.read(bytes, start, to));
    }
  }
}
