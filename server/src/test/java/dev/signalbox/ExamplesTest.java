package dev.signalbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.config.SourceLines;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whoever copies an example starts with a file that is right. */
class ExamplesTest {
  private static final Path EXAMPLES = Path.of("../examples");

  private static final int FEWEST = 5;

  static List<Path> examples() {
    try (var files = Files.list(EXAMPLES)) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void thereAreExamples() {
    assertThat(examples()).hasSizeGreaterThanOrEqualTo(FEWEST);
  }

  @ParameterizedTest
  @MethodSource("examples")
  void exampleIsFine(Path example) {
    var config = ServerConfig.load(example, _ -> null);

    assertThat(config.listeners()).isNotEmpty();
    assertThat(config.routes()).isNotEmpty();
  }

  /** Whoever learns from an example learns no finding, and no test that fails. */
  @ParameterizedTest
  @MethodSource("examples")
  void checkAndTestHaveNothingToSayAboutTheExample(Path example) {
    var config = ServerConfig.load(example, _ -> null);

    var check = ConfigCheck.of(example.toString(), config, SourceLines.of(example));
    assertThat(check.text(false)).contains("no findings");
    var tested = RouteQuestions.of(config, Instant.EPOCH).test();
    assertThat(tested.isFine()).as(tested.text(true)).isTrue();
  }

  /** An example that no page explains is found by nobody. */
  @ParameterizedTest
  @MethodSource("examples")
  void aPageOfTheGuideWalksThroughTheExample(Path example) throws IOException {
    var name = "examples/" + example.getFileName();
    var page =
        Files.readAllLines(example).stream()
            .filter(line -> line.startsWith("#") && line.contains("docs/guide/"))
            .map(line -> line.replaceAll(".*(docs/guide/[a-z-]+\\.md).*", "$1"))
            .findFirst();

    assertThat(page).as("a comment that names its page").isPresent();
    assertThat(Path.of("..", page.orElseThrow())).content().contains(name);
  }
}
