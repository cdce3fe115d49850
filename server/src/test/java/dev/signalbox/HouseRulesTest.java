package dev.signalbox;

import static com.tngtech.archunit.core.domain.JavaModifier.SYNCHRONIZED;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The rules of the house. Change the table only together with docs/architecture.md. */
class HouseRulesTest {
  private static final String HOUSE = "dev.signalbox";
  private static final int LONGEST_FILE = 600;

  /** Room to the rooms it may use. A room that is not named may not be used. */
  static final Map<String, Set<String>> MAY_USE =
      Map.ofEntries(
          Map.entry("config", Set.of()),
          Map.entry("net", Set.of("config")),
          Map.entry("http", Set.of("config", "net")),
          Map.entry("listener", Set.of("config", "net", "http", "observe")),
          Map.entry("route", Set.of("config", "http")),
          Map.entry("analysis", Set.of("config", "http", "route")),
          Map.entry("balance", Set.of("config")),
          Map.entry("discovery", Set.of("config", "net")),
          Map.entry("upstream", Set.of("config", "net", "http", "balance", "discovery", "observe")),
          Map.entry("filter", Set.of("config", "http", "observe", "cache", "waf")),
          Map.entry("cache", Set.of("config", "http")),
          Map.entry("waf", Set.of("config")),
          Map.entry("proxy", Set.of("config", "http", "route", "filter", "upstream", "observe")),
          Map.entry("observe", Set.of("config", "http")),
          Map.entry(
              "admin",
              Set.of(
                  "config",
                  "net",
                  "http",
                  "route",
                  "analysis",
                  "upstream",
                  "discovery",
                  "observe")),
          Map.entry("cli", Set.of()));

  static final List<String> ROOMS = MAY_USE.keySet().stream().sorted().toList();

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(HOUSE);

  @ParameterizedTest
  @FieldSource("ROOMS")
  void roomUsesOnlyTheRoomsItMay(String room) {
    var forbidden =
        ROOMS.stream()
            .filter(other -> !other.equals(room) && !MAY_USE.get(room).contains(other))
            .map(other -> HOUSE + "." + other + "..")
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage(HOUSE + "." + room + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(forbidden)
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  @Test
  void thereAreNoCycles() {
    slices().matching(HOUSE + ".(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void theDataPlaneTakesNoLocks() {
    noMethods()
        .that()
        .areDeclaredInClassesThat()
        .resideInAnyPackage(
            "..http..", "..proxy..", "..upstream..", "..filter..", "..balance..", "..route..")
        .should()
        .haveModifier(SYNCHRONIZED)
        .check(CLASSES);
  }

  @Test
  void noFileIsTooLong() throws IOException {
    try (var files = Files.walk(Path.of("src/main/java"))) {
      var tooLong =
          files
              .filter(f -> f.toString().endsWith(".java"))
              .filter(f -> lines(f) > LONGEST_FILE)
              .toList();
      assertEquals(List.of(), tooLong);
    }
  }

  private static long lines(Path file) {
    try (var lines = Files.lines(file)) {
      return lines.count();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
