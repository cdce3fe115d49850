package dev.signalbox;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaModifier.FINAL;
import static com.tngtech.archunit.core.domain.JavaModifier.STATIC;
import static com.tngtech.archunit.core.domain.JavaModifier.SYNCHRONIZED;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

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
          Map.entry(
              "proxy",
              Set.of("config", "net", "http", "route", "filter", "balance", "upstream", "observe")),
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
          Map.entry("cli", Set.of("config")));

  static final List<String> ROOMS = MAY_USE.keySet().stream().sorted().toList();

  /** Where loops run. They never block (docs/core-principles.md). */
  private static final String[] DATA_PLANE =
      Stream.of("http", "listener", "route", "balance", "upstream", "filter", "proxy")
          .map(HouseRulesTest::packagesOf)
          .toArray(String[]::new);

  /** Words that name no thing. */
  private static final Set<String> EMPTY_WORDS =
      Set.of("Impl", "Util", "Utils", "Helper", "Helpers", "Manager", "Base");

  private static final Pattern SYNCHRONIZED_BLOCK = Pattern.compile("\\bsynchronized\\s*\\(");

  /** Text and comments, in which anything may be said. */
  private static final Pattern NOT_CODE =
      Pattern.compile(
          """
          ""\"(?s:.*?)""\"|"(?:\\\\.|[^"\\\\\\n])*+"|/\\*(?s:.*?)\\*/|//[^\\n]*\
          """);

  private static final Path MAIN = Path.of("src/main/java");
  private static final Path TEST = Path.of("src/test/java");

  /** The house itself: neither its tests nor the testkit. */
  private static final JavaClasses CLASSES =
      new ClassFileImporter().importPath(Path.of("target/classes"));

  @Test
  void thereIsAHouseToCheck() {
    assertThat(CLASSES).hasSizeGreaterThan(10);
    assertThat(sources(MAIN)).hasSizeGreaterThan(10);
  }

  @Test
  void everyPackageBelongsToARoom() {
    var rooms =
        CLASSES.stream()
            .map(c -> c.getPackageName())
            .filter(name -> !name.equals(HOUSE))
            .map(name -> name.substring(HOUSE.length() + 1).replaceAll("\\..*", ""));
    assertThat(rooms).isSubsetOf(ROOMS);
  }

  @ParameterizedTest
  @FieldSource("ROOMS")
  void roomUsesOnlyTheRoomsItMay(String room) {
    var forbidden =
        ROOMS.stream()
            .filter(other -> !other.equals(room) && !MAY_USE.get(room).contains(other))
            .map(HouseRulesTest::packagesOf)
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage(packagesOf(room))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(forbidden)
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  @Test
  void onlyCommandsUseTheRootPackage() {
    noClasses()
        .that()
        .resideInAnyPackage(packagesOf(ROOMS, "cli"))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(HOUSE)
        .check(CLASSES);
  }

  /** h1, h2 and h3 differ where bytes are read and written, and nowhere else. */
  @Test
  void onlyTheEndsOfTheConnectionSeeAVersionOfTheWire() {
    noClasses()
        .that()
        .resideInAnyPackage(packagesOf(ROOMS, "http", "listener", "upstream"))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(HOUSE + ".http.(*)..")
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  @Test
  void thereAreNoCycles() {
    slices().matching(HOUSE + ".(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "org.snakeyaml.. config",
        "picocli.. cli",
        "com.maxmind.. root",
        "io.prometheus.. admin",
        "org.bouncycastle.. net",
        "io.netty.handler.. net http",
        "io.netty.. root net http listener discovery upstream filter proxy observe admin"
      })
  void libraryIsSeenOnlyWhereItBelongs(String libraryAndRooms) {
    var words = libraryAndRooms.split(" ", -1);
    var rooms = Arrays.copyOfRange(words, 1, words.length);
    boolean mayRoot = List.of(rooms).contains("root");
    noClasses()
        .that()
        .resideInAnyPackage(packagesOf(ROOMS, rooms))
        .or()
        .resideInAnyPackage(mayRoot ? new String[0] : new String[] {HOUSE})
        .should()
        .dependOnClassesThat()
        .resideInAPackage(words[0])
        .check(CLASSES);
  }

  @Test
  void theDataPlaneTakesNoLocks() {
    noMethods()
        .that()
        .areDeclaredInClassesThat()
        .resideInAnyPackage(DATA_PLANE)
        .should()
        .haveModifier(SYNCHRONIZED)
        .allowEmptyShould(true)
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAnyPackage(DATA_PLANE)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("java.util.concurrent.locks..")
        .check(CLASSES);
  }

  @Test
  void theDataPlaneHasNoSynchronizedBlocks() {
    assertThat(sources(MAIN).filter(HouseRulesTest::isDataPlane))
        .noneMatch(file -> SYNCHRONIZED_BLOCK.matcher(code(file)).find());
  }

  @Test
  void theDataPlaneNeverWaits() {
    noClasses()
        .that()
        .resideInAnyPackage(DATA_PLANE)
        .should()
        .callMethodWhere(describe("it blocks", HouseRulesTest::blocks))
        .check(CLASSES);
  }

  @Test
  void theDataPlaneTouchesNoFiles() {
    noClasses()
        .that()
        .resideInAnyPackage(DATA_PLANE)
        .should()
        .dependOnClassesThat(
            describe(
                "are files",
                c ->
                    c.getPackageName().startsWith("java.nio.file")
                        || c.getName().startsWith("java.io.File")
                        || c.getName().equals("java.io.RandomAccessFile")))
        .check(CLASSES);
  }

  @Test
  void onlyCommandsSpeakToTheTerminal() {
    noClasses()
        .that()
        .resideOutsideOfPackage(packagesOf("cli"))
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .check(CLASSES);
  }

  @Test
  void nothingStaticChanges() {
    fields().that().haveModifier(STATIC).should().haveModifier(FINAL).check(CLASSES);
  }

  @Test
  void everyNameSaysWhatTheThingIs() {
    noClasses().should(haveAnEmptyWordInTheirName()).check(CLASSES);
  }

  @Test
  void everyPackageIsNullMarkedAndSaysWhatItIs() {
    var packages = sources(MAIN).map(Path::getParent).distinct().toList();
    assertThat(packages)
        .allSatisfy(folder -> {
          var info = folder.resolve("package-info.java");
          assertThat(info).isRegularFile();
          assertThat(text(info)).startsWith("/**").contains("\n@NullMarked\n");
        });
  }

  @Test
  void noFileIsTooLong() {
    assertThat(Stream.concat(sources(MAIN), sources(TEST)))
        .allSatisfy(file ->
            assertThat(text(file).lines().count())
                .as("lines of " + file)
                .isLessThanOrEqualTo(LONGEST_FILE));
  }

  private static boolean blocks(JavaMethodCall call) {
    var owner = call.getTargetOwner();
    return switch (call.getName()) {
      case "sleep" -> owner.isEquivalentTo(Thread.class);
      case "join" ->
          owner.isAssignableTo(java.util.concurrent.Future.class)
              || owner.isAssignableTo(Thread.class);
      case "get", "sync", "syncUninterruptibly" ->
          owner.isAssignableTo(java.util.concurrent.Future.class);
      case "await", "awaitUninterruptibly" ->
          owner.isAssignableTo(java.util.concurrent.Future.class)
              || owner.isEquivalentTo(java.util.concurrent.CountDownLatch.class);
      case "take" -> owner.isAssignableTo(java.util.concurrent.BlockingQueue.class);
      default -> false;
    };
  }

  private static ArchCondition<JavaClass> haveAnEmptyWordInTheirName() {
    return ArchCondition.from(
        describe(
            "have a name with one of " + EMPTY_WORDS,
            c -> Stream.of(c.getSimpleName().split("(?=[A-Z])")).anyMatch(EMPTY_WORDS::contains)));
  }

  private static boolean isDataPlane(Path file) {
    var folder = MAIN.relativize(file.getParent()).toString().replace('/', '.') + ".";
    return Stream.of(DATA_PLANE).anyMatch(room -> folder.startsWith(room.replace("..", ".")));
  }

  private static String packagesOf(String room) {
    return HOUSE + "." + room + "..";
  }

  private static String[] packagesOf(List<String> rooms, String... butNot) {
    return rooms.stream()
        .filter(room -> !List.of(butNot).contains(room))
        .map(HouseRulesTest::packagesOf)
        .toArray(String[]::new);
  }

  private static Stream<Path> sources(Path root) {
    try (var files = Files.walk(root)) {
      return files.filter(f -> f.toString().endsWith(".java")).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String code(Path file) {
    return NOT_CODE.matcher(text(file)).replaceAll(" ");
  }
}
