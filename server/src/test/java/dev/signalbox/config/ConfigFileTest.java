package dev.signalbox.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileTest {
  private static final Shape<String> SHAPE =
      ObjectShape.of(
          "A test.",
          keys -> {
            var word = keys.required("word", Shapes.text("a word"), "A word.");
            return values -> values.get(word);
          });

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = folder.resolve("test.yaml");
  }

  @Test
  void byteOrderMarkIsIgnored() throws IOException {
    write("\ufeffword: x\n".getBytes(StandardCharsets.UTF_8));
    assertThat(ConfigFile.load(file, _ -> null, SHAPE)).isEqualTo("x");
  }

  @Test
  void windowsLineEndsAreLineEnds() throws IOException {
    write("# a\r\nword: x\r\nmore: y\r\n".getBytes(StandardCharsets.UTF_8));
    assertMistake(":3:1: unknown key \"more\" (expected: word)\n   3 | more: y\n     | ^~~~\n");
  }

  @Test
  void missingFileIsSaid() {
    assertMistake(": there is no such file (expected: the path of a configuration file)\n");
  }

  @Test
  void folderIsSaid() {
    file = folder;
    assertMistake(
        ": is a directory (expected: a file, like " + folder.resolve("signalbox.yaml") + ")\n");
  }

  @Test
  void latin1IsSaidWhereItIs() throws IOException {
    write("# über\n# ü\nword: caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
    assertMistake(
        ":1:3: the byte 0xFC is not UTF-8 (expected: the file saved as UTF-8)\n"
            + "   1 | # \ufffd\n     |   ^\n");
  }

  @Test
  void utf16IsSaid() throws IOException {
    write("word: x".getBytes(StandardCharsets.UTF_16));
    assertMistake(
        ":1:1: the file is UTF-16 (expected: the file saved as UTF-8)\n   1 | \ufffd\n     | ^\n");
  }

  @Test
  void controlCharactersAreSaidWhereTheyAre() throws IOException {
    write("word: x\nwo\u0000rd: y\n".getBytes(StandardCharsets.UTF_8));
    assertMistake(
        ":2:3: the character U+0000 (expected: text; YAML allows no control characters)\n"
            + "   2 | wo\ufffdrd: y\n     |   ^\n");
  }

  @Test
  void enormousFileIsRefused() throws IOException {
    write(("word: " + "x".repeat(YamlText.LONGEST)).getBytes(StandardCharsets.UTF_8));
    assertMistake(": the file is too long (expected: at most 8MB)\n");
  }

  @Test
  void enormousNumberOfMistakesIsCutShort() {
    var text = new StringBuilder("word: x\n");
    for (int i = 0; i < 5_000; i++) {
      text.append("key-").append(i).append(": 1\n");
    }
    assertThatThrownBy(() -> ConfigFile.read("f", text.toString(), _ -> null, SHAPE))
        .isInstanceOfSatisfying(
            ConfigException.class, e -> assertThat(e.problems()).hasSize(Reading.MOST_PROBLEMS))
        .hasMessageEndingWith("1000 mistakes, the first 100 are shown\n");
  }

  private void write(byte[] bytes) throws IOException {
    Files.write(file, bytes);
  }

  private void assertMistake(String mistake) {
    assertThatThrownBy(() -> ConfigFile.load(file, _ -> null, SHAPE))
        .isInstanceOf(ConfigException.class)
        .hasMessage(file + mistake);
  }
}
