package dev.signalbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.signalbox.config.ConfigException;
import dev.signalbox.route.Match;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One file, one case: a configuration, a line of dashes, and what comes of it: the model, or the
 * mistakes exactly as they are printed. {@code -Dgolden.write=true} writes the second half; read it
 * before you commit it.
 */
class GoldenConfigTest {
  static final Path GOLDEN = Path.of("src/test/resources/golden/config");
  static final String FILE = "signalbox.yaml";
  static final Map<String, String> ENVIRONMENT =
      Map.of("PORT", "8080", "EMPTY", "", "BAD", "eighty", "SHOP", "shopp");
  private static final String DASHES = "-".repeat(80) + "\n";

  /** The two halves of a file. */
  record Golden(Path file, String config, String outcome) {
    static Golden of(Path file) {
      try {
        var text = Files.readString(file);
        int dashes = text.indexOf(DASHES);
        assertThat(dashes).as("a line of 80 dashes in " + file).isNotNegative();
        return new Golden(
            file, text.substring(0, dashes), text.substring(dashes + DASHES.length()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void check(String actual) {
      if (Boolean.getBoolean("golden.write")) {
        try {
          Files.writeString(file, config + DASHES + actual);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      } else {
        assertThat(actual).isEqualTo(outcome);
      }
    }

    @Override
    public String toString() {
      return GOLDEN.relativize(file).toString();
    }
  }

  static Stream<Golden> right() {
    return goldens("right");
  }

  static Stream<Golden> wrong() {
    return goldens("wrong");
  }

  static Stream<Golden> goldens(String folder) {
    try (var files = Files.walk(GOLDEN.resolve(folder))) {
      return files.filter(Files::isRegularFile).sorted().map(Golden::of).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("right")
  void rightFileBecomesItsModel(Golden golden) {
    golden.check(Model.text(ServerConfig.read(FILE, golden.config(), ENVIRONMENT::get)));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void wrongFileIsToldItsMistakes(Golden golden) {
    var mistakes =
        catchThrowableOfType(
            ConfigException.class,
            () -> ServerConfig.read(FILE, golden.config(), ENVIRONMENT::get));
    assertThat(mistakes).as("mistakes").isNotNull();
    golden.check(mistakes.render(false));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void everyMistakeSaysWhereItIsAndWhatWouldBeRight(Golden golden) {
    assertThatThrownBy(() -> ServerConfig.read(FILE, golden.config(), ENVIRONMENT::get))
        .isInstanceOfSatisfying(
            ConfigException.class,
            e ->
                assertThat(e.problems())
                    .isNotEmpty()
                    .allSatisfy(problem -> assertThat(problem.at().file()).isEqualTo(FILE))
                    .allSatisfy(problem -> assertThat(problem.what()).isNotBlank())
                    .isSortedAccordingTo(java.util.Comparator.comparingInt(p -> p.at().line())));
  }

  @Test
  void thereAreManyWrongFiles() {
    assertThat(wrong()).hasSizeGreaterThanOrEqualTo(40);
  }

  @Test
  void coloursAreOnlyThereWhenAskedFor() {
    var config = "listeners: { web: { bind: nowhere } }\n";
    var e =
        catchThrowableOfType(
            ConfigException.class, () -> ServerConfig.read(FILE, config, ENVIRONMENT::get));
    assertThat(e.render(false)).isEqualTo(e.getMessage()).doesNotContain("\u001b");
    assertThat(e.render(true)).contains("\u001b[1;31m");
    assertThat(e.render(true).replaceAll("\u001b\\[[0-9;]*m", "")).isEqualTo(e.render(false));
  }

  /** A model as indented text; records by their components. */
  private static final class Model {
    static String text(Object value) {
      var out = new StringBuilder();
      write(value, "", out);
      return out.toString();
    }

    private static void write(Object value, String indent, StringBuilder out) {
      switch (value) {
        case Record object
            when object.getClass().getPackageName().startsWith("dev.signalbox")
                && !object.getClass().getPackageName().endsWith(".config")
                && !(object instanceof Match) -> {
          out.append(object.getClass().getSimpleName()).append('\n');
          for (var part : object.getClass().getRecordComponents()) {
            out.append(indent).append("  ").append(part.getName()).append(": ");
            write(component(object, part), indent + "  ", out);
          }
        }
        case List<?> list when !list.isEmpty() -> {
          out.append('\n');
          for (var item : list) {
            out.append(indent).append("  - ");
            write(item, indent + "  ", out);
          }
        }
        case Map<?, ?> map when !map.isEmpty() -> {
          out.append('\n');
          map.forEach((key, item) -> {
            out.append(indent).append("  ").append(key).append(": ");
            write(item, indent + "  ", out);
          });
        }
        case Match match -> out.append(match).append('\n');
        case String text -> out.append('"').append(text.replace("\n", "\\n")).append("\"\n");
        case java.time.Duration time ->
            out.append(dev.signalbox.config.DurationText.text(time)).append('\n');
        case dev.signalbox.balance.Balancer.Factory factory ->
            out.append(
                    factory
                        .build(List.of(), new java.util.Random(1))
                        .getClass()
                        .getName()
                        .replaceAll(".*\\.", ""))
                .append('\n');
        default -> out.append(value).append('\n');
      }
    }

    private static Object component(Record object, java.lang.reflect.RecordComponent part) {
      try {
        part.getAccessor().setAccessible(true);
        var value = part.getAccessor().invoke(object);
        return value == null ? "none" : value;
      } catch (ReflectiveOperationException e) {
        throw new AssertionError(e);
      }
    }
  }
}
