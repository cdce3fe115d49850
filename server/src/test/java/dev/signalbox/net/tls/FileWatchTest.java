package dev.signalbox.net.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileWatchTest {
  private static final FileTime LONG_AGO =
      FileTime.from(Instant.parse("2026-01-01T00:00:00Z")); // not written a moment ago

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void writeFile() throws IOException {
    file = write("cert.pem", "one");
  }

  private Path write(String name, String content) throws IOException {
    Path written = Files.writeString(folder.resolve(name), content);
    Files.setLastModifiedTime(written, LONG_AGO);
    return written;
  }

  @Test
  void nothingHasChangedWhereNothingWasDone() throws IOException {
    var watch = new FileWatch(List.of(file));
    assertThat(watch.hasChanged()).isFalse();
    Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-02-02T00:00:00Z")));
    assertThat(watch.hasChanged()).as("the same, written once more").isFalse();
  }

  @Test
  void writtenOverInPlace() throws IOException {
    var watch = new FileWatch(List.of(file));
    Files.writeString(file, "two");
    assertThat(watch.hasChanged()).isTrue();
    assertThat(watch.hasChanged()).isFalse();
  }

  @Test
  void replacedByAnotherOfTheSameLengthAndTime() throws IOException {
    var watch = new FileWatch(List.of(file));
    assertThat(watch.hasChanged()).isFalse();
    Files.move(write("new", "two"), file, StandardCopyOption.REPLACE_EXISTING);
    assertThat(watch.hasChanged()).isTrue();
  }

  @Test
  void removedAndBack() throws IOException {
    var watch = new FileWatch(List.of(file));
    Files.delete(file);
    assertThat(watch.hasChanged()).isTrue();
    assertThat(watch.hasChanged()).isFalse();
    writeFile();
    assertThat(watch.hasChanged()).isTrue();
  }

  /** Kubernetes: a link to a link to a directory of each version. */
  @Test
  void linkOnTheWayLeadsElsewhere() throws IOException {
    Path first = Files.createDirectory(folder.resolve("..2026_1"));
    Path second = Files.createDirectory(folder.resolve("..2026_2"));
    write("..2026_1/tls.crt", "one");
    write("..2026_2/tls.crt", "two");
    Path data = folder.resolve("..data");
    Files.createSymbolicLink(data, first.getFileName());
    Path seen = Files.createSymbolicLink(folder.resolve("tls.crt"), Path.of("..data/tls.crt"));
    var watch = new FileWatch(List.of(seen));
    assertThat(watch.hasChanged()).isFalse();
    Path fresh = Files.createSymbolicLink(folder.resolve("..tmp"), second.getFileName());
    Files.move(fresh, data, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    assertThat(watch.hasChanged()).isTrue();
    assertThat(watch.hasChanged()).isFalse();
  }
}
