package dev.signalbox.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.testkit.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The launcher among made-up JDKs, whose java prints how it was started. */
@Timeout(120)
class LauncherTest {
  private static final Path LAUNCHER = Path.of("..", "signalbox");

  @TempDir private Path folder;

  private final Map<String, String> env = new TreeMap<>();
  private Path house;
  private Path jdks;

  /** What a run of the launcher left. */
  private record Ended(int code, String out, String err) {}

  @BeforeEach
  void buildAHouse() throws IOException {
    house = Files.createDirectories(folder.resolve("the house"));
    jdks = Files.createDirectories(folder.resolve("jdks"));
    Files.copy(LAUNCHER, house.resolve("signalbox"), StandardCopyOption.COPY_ATTRIBUTES);
    Files.createDirectories(house.resolve("server/target/lib"));
    Files.writeString(house.resolve("server/target/signalbox.jar"), "");
    Files.createDirectories(folder.resolve("home"));
    // Its own tools and nobody's java.
    var tools = Files.createDirectories(folder.resolve("tools"));
    for (var tool :
        List.of(
            "cat",
            "date",
            "dirname",
            "find",
            "head",
            "mkdir",
            "readlink",
            "rm",
            "sed",
            "sh",
            "sleep",
            "tail",
            "touch",
            "awk")) {
      executable(tools.resolve(tool), "exec " + pathOf(tool) + " \"$@\"");
    }
    env.put("PATH", tools.toString());
    env.put("HOME", folder.resolve("home").toString());
    env.put("SIGNALBOX_JDK_DIRS", jdks.toString());
    env.put("SIGNALBOX_AOT", "off");
  }

  @Test
  void aJdkThatIsNewEnoughIsFoundAmongOldOnes() throws Exception {
    jdk(jdks.resolve("a-17"), "17.0.15");
    jdk(jdks.resolve("b-25"), "25.0.3");
    assertThat(start().out()).startsWith("java of b-25\n");
  }

  @Test
  void argumentsArriveAsTheyAre() throws Exception {
    jdk(jdks.resolve("jdk"), "25");
    assertThat(start("run", "-c", "a file.yaml", "*", "").out())
        .endsWith("[-jar][" + jar() + "][run][-c][a file.yaml][*][]\n");
  }

  @Test
  void javaHomeIsPreferredIfItIsNewEnough() throws Exception {
    jdk(jdks.resolve("jdk"), "25.0.3");
    env.put("JAVA_HOME", jdk(folder.resolve("home-26"), "26").toString());
    assertThat(start().out()).startsWith("java of home-26\n");
    env.put("JAVA_HOME", jdk(folder.resolve("home-21"), "21.0.1").toString());
    assertThat(start().out()).startsWith("java of jdk\n");
  }

  @Test
  void theJavaOnThePathIsFoundThroughItsSymlinks() throws Exception {
    var jdk = jdk(folder.resolve("hidden"), "25.0.1");
    var link = Files.createSymbolicLink(folder.resolve("link"), jdk.resolve("bin/java"));
    Files.createSymbolicLink(folder.resolve("tools/java"), link);
    assertThat(start().out()).startsWith("java of hidden\n");
  }

  @Test
  void aJdkWithoutReleaseFileIsAsked() throws Exception {
    var jdk = jdk(jdks.resolve("mute"), "25.0.9");
    Files.delete(jdk.resolve("release"));
    assertThat(start().out()).startsWith("java of mute\n");
  }

  @Test
  void theJdkAskedForIsNeverReplacedByAnother() throws Exception {
    jdk(jdks.resolve("jdk"), "25.0.3");
    var old = jdk(folder.resolve("old"), "21.0.1");
    env.put("SIGNALBOX_JAVA", old.toString());
    assertThat(start())
        .isEqualTo(
            new Ended(
                2,
                "",
                "signalbox: SIGNALBOX_JAVA: "
                    + old
                    + " is Java 21.0.1 (expected: JDK 25 or newer)\n"));
    env.put("SIGNALBOX_JAVA", "/no/such/jdk");
    assertThat(start().err())
        .isEqualTo(
            "signalbox: SIGNALBOX_JAVA: /no/such/jdk is no JDK (expected: JDK 25 or newer)\n");
    env.put("SIGNALBOX_JAVA", jdk(folder.resolve("new"), "27-ea").resolve("bin/java").toString());
    assertThat(start().out()).startsWith("java of new\n");
  }

  @Test
  void withoutAJdkItSaysWhatToInstall() throws Exception {
    jdk(jdks.resolve("old"), "17.0.15");
    var ended = start();
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err())
        .startsWith("signalbox: no JDK 25 or newer was found. Install one (")
        .hasLineCount(1);
  }

  @Test
  void itWorksThroughSymlinksFromAnywhere() throws Exception {
    jdk(jdks.resolve("jdk"), "25");
    var bin = Files.createDirectories(folder.resolve("bin"));
    Files.createSymbolicLink(bin.resolve("one"), Path.of("..", "the house", "signalbox"));
    var two = Files.createSymbolicLink(bin.resolve("two"), Path.of("one"));
    assertThat(start(two, folder.resolve("home")).out()).contains("[-jar][" + jar() + "]");
  }

  @Test
  void moreOptionsComeAfterOursAndTheirCollectorWins() throws Exception {
    jdk(jdks.resolve("jdk"), "25");
    assertThat(start().out()).contains("[-XX:+UseSerialGC]");
    env.put("SIGNALBOX_JAVA_OPTS", "-Xmx2g -XX:+UseZGC");
    assertThat(start().out())
        .containsSubsequence("[-Xmx512m]", "[-Xmx2g]", "[-XX:+UseZGC]", "[-jar]")
        .doesNotContain("SerialGC");
  }

  @Test
  void withoutMavenAnUnbuiltHouseSaysWhatToInstall() throws Exception {
    jdk(jdks.resolve("jdk"), "25");
    Files.delete(house.resolve("server/target/signalbox.jar"));
    var ended = start();
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err()).contains("Maven").contains("Install it (").hasLineCount(1);
  }

  @Test
  void whatIsNotBuiltIsBuiltOnce() throws Exception {
    jdk(jdks.resolve("jdk"), "25");
    maven(
        "mkdir -p \"$3/../server/target\"; : > \"$(dirname \"$3\")/server/target/signalbox.jar\"");
    Files.delete(house.resolve("server/target/signalbox.jar"));
    var built = start();
    assertThat(built.err()).contains("built in ");
    assertThat(built.out()).contains("[-jar][" + jar() + "]");
    assertThat(start().err()).isEmpty();
  }

  @Test
  void newerSourcesAreBuilt() throws Exception {
    jdk(jdks.resolve("jdk"), "25");
    maven(":");
    sources(Instant.now().minusSeconds(60));
    assertThat(start().err()).isEmpty();
    sources(Instant.now().plusSeconds(60));
    assertThat(start().err()).contains("built in ");
  }

  @Test
  void aFailedBuildShowsTheEndOfItsLogAndWhereItIs() throws Exception {
    jdk(jdks.resolve("jdk"), "25");
    maven("echo '[ERROR] a semicolon is missing'; exit 1");
    Files.delete(house.resolve("server/target/signalbox.jar"));
    var ended = start();
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err())
        .contains("[ERROR] a semicolon is missing\n")
        .endsWith("the whole log is in " + house.toRealPath() + "/server/target/build.log\n");
    assertThat(house.resolve("server/target/building")).doesNotExist();
  }

  @Test
  void theCacheOfThisJarAndJdkIsUsed() throws Exception {
    jdk(jdks.resolve("jdk"), "25.0.3");
    env.remove("SIGNALBOX_AOT");
    var jar = house.resolve("server/target/signalbox.jar");
    Files.setLastModifiedTime(jar, FileTime.from(Instant.ofEpochSecond(1_700_000_000)));
    var cache = house.resolve("server/target/signalbox-25.0.3-1700000000.aot");
    Files.writeString(cache, "");
    assertThat(start().out()).contains("[-XX:AOTCache=" + cache.toRealPath() + "]");
    env.put("SIGNALBOX_AOT", "off");
    assertThat(start().out()).doesNotContain("AOT");
  }

  @Test
  void theCacheIsMadeForTheServerWhateverCommandComesFirst() throws Exception {
    var starts = folder.resolve("starts");
    var java = jdk(jdks.resolve("jdk"), "25.0.3").resolve("bin/java");
    executable(java, "echo \"$*\" >>'" + starts + "'");
    executable(folder.resolve("tools/sleep"), "exit 0"); // the training begins at once
    var jar = house.resolve("server/target/signalbox.jar");
    long seconds = Files.getLastModifiedTime(jar).to(TimeUnit.SECONDS);
    env.remove("SIGNALBOX_AOT");
    start("check", "a.yaml");
    Await.until("the training", () -> lines(starts).size() == 2);
    var training = house.resolve("server/target/signalbox-25.0.3-" + seconds + ".aot.training");
    Await.until("its end", () -> !Files.exists(training));
    assertThat(lines(starts))
        .anySatisfy(line -> assertThat(line).contains("TieredStop").endsWith(" check a.yaml"))
        .anySatisfy(line ->
            assertThat(line)
                .contains("AOTCacheOutput")
                .doesNotContain("TieredStop")
                .endsWith(" train"));
  }

  private static List<String> lines(Path file) {
    try {
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String jar() throws IOException {
    return house.toRealPath().resolve("server/target/signalbox.jar").toString();
  }

  private void sources(Instant modified) throws IOException {
    for (var name : List.of("pom.xml", "server/pom.xml", "server/src/main/A.java")) {
      var file = house.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "");
    }
    var old = FileTime.from(Instant.now().minusSeconds(60));
    for (var name : List.of("pom.xml", "server/pom.xml", "server/src/main")) {
      Files.setLastModifiedTime(house.resolve(name), old);
    }
    Files.setLastModifiedTime(house.resolve("server/src/main/A.java"), FileTime.from(modified));
  }

  private void maven(String script) throws IOException {
    executable(folder.resolve("tools/mvn"), script);
  }

  /** A home whose java says which it is and what it was given, or its version if asked. */
  private static Path jdk(Path home, String version) throws IOException {
    Files.createDirectories(home.resolve("bin"));
    Files.writeString(
        home.resolve("release"),
        "IMPLEMENTOR=\"Nobody\"\nJAVA_VERSION=\"" + version + "\"\nOS_NAME=\"Linux\"\n");
    executable(
        home.resolve("bin/java"),
        """
        if [ "$1" = -version ]; then
          echo 'openjdk version "%s" 2026-01-01' >&2
          exit
        fi
        echo 'java of %s'
        printf '[%%s]' "$@"
        echo
        """
            .formatted(version, home.getFileName()));
    return home;
  }

  private static void executable(Path file, String script) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + script);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static Path pathOf(String tool) throws IOException {
    for (var folder : System.getenv("PATH").split(":", -1)) {
      var file = Path.of(folder, tool);
      if (Files.isExecutable(file)) {
        return file;
      }
    }
    throw new IOException("no " + tool + " on this machine");
  }

  private Ended start(String... arguments) throws Exception {
    return start(house.resolve("signalbox"), folder, arguments);
  }

  private Ended start(Path launcher, Path in, String... arguments) throws Exception {
    var command = new ArrayList<String>();
    command.add(launcher.toString());
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).directory(in.toFile());
    var out = folder.resolve("out").toFile();
    var err = folder.resolve("err").toFile();
    builder.redirectOutput(out).redirectError(err);
    builder.environment().clear();
    builder.environment().putAll(env);
    var code = builder.start().waitFor();
    return new Ended(code, Files.readString(out.toPath()), Files.readString(err.toPath()));
  }
}
