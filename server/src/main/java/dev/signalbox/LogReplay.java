package dev.signalbox;

import dev.signalbox.analysis.logs.LogFormat;
import dev.signalbox.analysis.logs.LogStream;
import dev.signalbox.analysis.replay.Replay;
import dev.signalbox.analysis.replay.ReplayReport;
import dev.signalbox.analysis.replay.ReplayText;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * Yesterday's requests decided by a configuration, and by another if there is one. Reads logs and
 * sends nothing. Blocks its caller.
 */
public final class LogReplay {
  /** The standard input, in place of a file. */
  public static final String STDIN = "-";

  /**
   * What is replayed.
   *
   * @param logs files, or {@link #STDIN}
   * @param against null for none
   * @param host of requests whose log does not say it, or null
   * @param format one of {@link #formats}, or null to find it out
   * @param top so many lines in each table that may be long
   */
  public record Task(
      List<String> logs,
      ServerConfig config,
      @Nullable ServerConfig against,
      @Nullable String host,
      @Nullable String format,
      int top) {
    public Task {
      logs = List.copyOf(logs);
    }
  }

  /** Is told now and then how far it is. */
  public interface Progress {
    /**
     * Some was read.
     *
     * @param bytes of the logs as they are stored
     * @param ofBytes how many there are, or -1 where nobody knows
     */
    void onProgress(long lines, long bytes, long ofBytes);
  }

  private static final int LINES_BETWEEN_LOOKS = 4096;

  private final Task task;
  private final InputStream stdin;
  private final Progress progress;
  private final Replay replay;
  private final @Nullable LogFormat format;
  private long bytes;
  private long lines;
  private long size;

  private LogReplay(Task task, InputStream stdin, Progress progress) {
    this.task = task;
    this.stdin = stdin;
    this.progress = progress;
    this.format = task.format() == null ? null : LogFormat.named(task.format());
    var against = task.against();
    this.replay =
        new Replay(
            Rules.of(task.config()),
            against == null ? null : Rules.of(against),
            new Replay.Assumed(task.host(), onlyListener(task)));
  }

  /** Where there is but one, it is where the requests would arrive. */
  private static @Nullable String onlyListener(Task task) {
    var listeners = new ArrayList<String>();
    task.config().listeners().forEach(listener -> listeners.add(listener.name()));
    var against = task.against();
    if (against != null) {
      against.listeners().forEach(listener -> listeners.add(listener.name()));
    }
    return listeners.stream().distinct().count() == 1 ? listeners.getFirst() : null;
  }

  /** The names of the formats that are known. */
  public static String formats() {
    return LogFormat.names();
  }

  /** What came out, for people, for machines and for exit codes. */
  public record Result(Task task, ReplayReport report) {
    /**
     * For people, 80 columns wide.
     *
     * @param against the name of the other configuration, if there is one
     */
    public String text(String against, boolean hasColours) {
      return ReplayText.of(report, task.logs(), against, task.top(), hasColours);
    }

    public String json() {
      return report.json();
    }

    /** Whether the other configuration answers anything differently, or might. */
    public boolean hasChanges() {
      var comparison = report.comparison();
      return comparison != null && comparison.moved() + comparison.unclear().count() > 0;
    }
  }

  /**
   * Reads all logs, in their order.
   *
   * @throws StartupException if one can't be read
   */
  public static Result run(Task task, InputStream stdin, Progress progress) {
    return new Result(task, new LogReplay(task, stdin, progress).run());
  }

  private ReplayReport run() {
    size = size();
    for (var log : task.logs()) {
      try (var in = open(log)) {
        read(log, in);
      } catch (NoSuchFileException e) {
        throw new StartupException(log + ": no such file", e);
      } catch (EOFException | ZipException e) {
        throw new StartupException(log + ": broken gzip: " + e.getMessage(), e);
      } catch (IOException e) {
        throw new StartupException(log + ": can't be read: " + e.getMessage(), e);
      }
    }
    progress.onProgress(lines, bytes, size);
    return replay.report(task.top());
  }

  private void read(String log, InputStream in) throws IOException {
    long before = bytes;
    var found =
        LogStream.read(
            new Counted(in),
            format,
            (number, line) -> {
              replay.onLine(log, number, line);
              lines++;
              if (lines % LINES_BETWEEN_LOOKS == 0) {
                progress.onProgress(lines, bytes, size);
              }
            });
    if (found == null && bytes > before) {
      throw new StartupException(
          log + ": in no format that is known; name it with --format: " + LogFormat.names());
    }
  }

  private long size() {
    long sum = 0;
    for (var log : task.logs()) {
      try {
        if (log.equals(STDIN) || !Files.isRegularFile(Path.of(log))) {
          return -1;
        }
        sum += Files.size(Path.of(log));
      } catch (IOException e) {
        return -1;
      }
    }
    return sum;
  }

  private InputStream open(String log) throws IOException {
    if (log.equals(STDIN)) {
      return new BufferedInputStream(stdin);
    }
    if (Files.isDirectory(Path.of(log))) {
      throw new StartupException(log + ": a directory (expected: a log)");
    }
    return Files.newInputStream(Path.of(log));
  }

  /** Counts what is read, before it is unpacked. */
  private final class Counted extends FilterInputStream {
    Counted(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int read = super.read();
      bytes += read < 0 ? 0 : 1;
      return read;
    }

    @Override
    public int read(byte[] into, int start, int length) throws IOException {
      int read = super.read(into, start, length);
      bytes += Math.max(0, read);
      return read;
    }
  }
}
