package dev.signalbox.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that a configuration names. */
final class FileContentTest {
  private static final Shape<FileContent> SHAPE =
      ObjectShape.of(
          "A test.",
          keys -> {
            var file = keys.required("file", FileContent.shape(new Bytes(8)), "A file.");
            return values -> values.get(file);
          });

  @TempDir Path directory;

  private FileContent load(String path) throws IOException {
    var config = Files.writeString(directory.resolve("a.yaml"), "file: " + path + "\n");
    return ConfigFile.load(config, _ -> null, SHAPE);
  }

  @Test
  void aRelativePathBeginsAtTheConfiguration() throws IOException {
    Files.createDirectory(directory.resolve("pages"));
    Files.writeString(directory.resolve("pages/x.txt"), "12345678");
    var file = load("pages/x.txt");
    assertThat(file.bytes()).asString().isEqualTo("12345678");
    assertThat(file.path()).isEqualTo("pages/x.txt");
    assertThat(load(directory.resolve("pages/x.txt").toString()).size()).isEqualTo(8);
  }

  @Test
  void aFileThatIsTooLargeIsAMistakeAtItsPlace() throws IOException {
    Files.writeString(directory.resolve("x.txt"), "123456789");
    var mistake = catchThrowableOfType(ConfigException.class, () -> load("x.txt"));
    assertThat(mistake.problems())
        .singleElement()
        .satisfies(problem -> {
          assertThat(problem.at().line()).isEqualTo(1);
          assertThat(problem.at().column()).isEqualTo(7);
          assertThat(problem.what()).isEqualTo("file: x.txt is larger than 8B");
          assertThat(problem.hint()).startsWith("expected: a readable file of at most 8B");
        });
  }

  @Test
  void aDeviceIsNoFile() {
    var mistake = catchThrowableOfType(ConfigException.class, () -> load("/dev/zero"));
    assertThat(mistake).hasMessageContaining("/dev/zero is not a regular file");
  }
}
