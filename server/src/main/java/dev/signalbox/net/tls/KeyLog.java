package dev.signalbox.net.tls;

import io.netty.internal.tcnative.KeyLogCallback;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the secrets of connections to a file, in the format that Wireshark reads (NSS key log).
 * Loops hand lines over; a thread of control's writes them. Where it is too slow, lines are lost.
 */
final class KeyLog implements KeyLogCallback, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KeyLog.class);
  private static final int MOST_WAITING = 8192;
  private static final byte[] END = {};
  private static final FileAttribute<?>[] OWNERS_ALONE =
      FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
          ? new FileAttribute<?>[] {
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
          }
          : new FileAttribute<?>[0];

  private final Path file;
  private final OutputStream out;
  private final BlockingQueue<byte[]> lines = new ArrayBlockingQueue<>(MOST_WAITING);
  private final Thread writer;

  private KeyLog(Path file, OutputStream out) {
    this.file = file;
    this.out = out;
    this.writer = Thread.ofVirtual().name("key-log").start(this::write);
  }

  /** Opens it, and appends. */
  static KeyLog open(Path file) throws IOException {
    try {
      if (!Files.exists(file)) {
        Files.createFile(file, OWNERS_ALONE);
      }
      return new KeyLog(file, Files.newOutputStream(file, StandardOpenOption.APPEND));
    } catch (IOException e) {
      throw new IOException("key-log: can't write " + file + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void handle(long ssl, byte[] line) {
    var _ = lines.offer(line);
  }

  private void write() {
    try {
      for (byte[] line = lines.take(); line.length > 0; line = lines.take()) {
        out.write(line);
        out.write('\n');
        if (lines.isEmpty()) {
          out.flush();
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      LOG.error("key-log: can't write {}: {}", file, e.getMessage());
    }
  }

  @Override
  public void close() {
    try {
      lines.put(END);
      writer.join();
      out.close();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      LOG.error("key-log: can't write {}: {}", file, e.getMessage());
    }
  }
}
