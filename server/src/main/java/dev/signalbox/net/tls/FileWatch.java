package dev.signalbox.net.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Notices when files have another content, whether they were written over, replaced, or a link on
 * the way to them was. Looks at the content only where something speaks for a change. Blocks on
 * files; not for several threads.
 */
final class FileWatch {
  /** A file that was written so lately may be written once more without a newer time. */
  private static final long RECENT_MILLIS = 3000;

  /**
   * What tells a file from another without reading it.
   *
   * @param key the file behind all links
   */
  private record Stamp(FileTime modified, long size, @Nullable Object key) {}

  private final List<Path> files;
  private List<@Nullable Stamp> stamps;
  private byte[] digest;
  private boolean isRecent = true;

  /** What is there now is known. */
  FileWatch(List<Path> files) {
    this.files = List.copyOf(files);
    this.stamps = stamps();
    this.digest = digest();
  }

  /** Whether the content is another than when this was last asked. */
  boolean hasChanged() {
    var now = stamps();
    if (!isRecent && now.equals(stamps)) {
      return false;
    }
    stamps = now;
    long recently = System.currentTimeMillis() - RECENT_MILLIS;
    isRecent = now.stream().anyMatch(each -> each != null && each.modified.toMillis() >= recently);
    byte[] read = digest();
    boolean isOther = !Arrays.equals(read, digest);
    digest = read;
    return isOther;
  }

  private List<@Nullable Stamp> stamps() {
    return Arrays.asList(files.stream().map(FileWatch::stamp).toArray(Stamp[]::new));
  }

  private static @Nullable Stamp stamp(Path file) {
    try {
      var attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
    } catch (IOException _) {
      return null;
    }
  }

  private byte[] digest() {
    try {
      var all = MessageDigest.getInstance("SHA-256");
      for (var file : files) {
        byte[] content = content(file);
        all.update((byte) (content == null ? 0 : 1));
        all.update(Objects.requireNonNullElse(content, new byte[0]));
      }
      return all.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }

  private static byte @Nullable [] content(Path file) {
    try {
      return Files.size(file) > PemFile.LARGEST ? null : Files.readAllBytes(file);
    } catch (IOException _) {
      return null;
    }
  }
}
