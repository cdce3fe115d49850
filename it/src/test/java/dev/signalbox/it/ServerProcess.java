package dev.signalbox.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.testkit.Await;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Pattern;

/** The real thing in a process of its own, and its log. Belongs to the test's thread. */
final class ServerProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Pattern PORT = Pattern.compile("listener web: 127\\.0\\.0\\.1:(\\d+)");

  private final Process process;
  private final Path log;

  private ServerProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  static ServerProcess start(Path folder, List<String> jvmOptions, String... arguments)
      throws IOException {
    return start(folder, command(jvmOptions, classPath(), arguments));
  }

  /** Starts one that may have so many files and sockets open. */
  static ServerProcess startWithDescriptors(int most, Path folder, String... arguments)
      throws IOException {
    var command =
        new ArrayList<>(List.of("sh", "-c", "ulimit -n " + most + "; exec \"$0\" \"$@\""));
    // As in production from jars, which stay open: a class in a directory of its own would need a
    // descriptor to be loaded when there is none.
    command.addAll(command(List.of(), inJars(folder), arguments));
    return start(folder, command);
  }

  private static ServerProcess start(Path folder, List<String> command) throws IOException {
    var log = Files.createTempFile(folder, "log", "");
    var process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    return new ServerProcess(process, log);
  }

  private static List<String> command(
      List<String> jvmOptions, String classPath, String... arguments) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--sun-misc-unsafe-memory-access=allow",
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            "-Xmx128m",
            "-XX:TieredStopAtLevel=1"));
    command.addAll(jvmOptions);
    command.addAll(List.of("-cp", classPath, "dev.signalbox.Main"));
    command.addAll(List.of(arguments));
    return command;
  }

  private static String classPath() {
    return System.getProperty("java.class.path");
  }

  private static String inJars(Path folder) throws IOException {
    var entries = new ArrayList<String>();
    for (var entry : classPath().split(File.pathSeparator, -1)) {
      var path = Path.of(entry);
      entries.add(Files.isDirectory(path) ? jarOf(path, folder).toString() : entry);
    }
    return String.join(File.pathSeparator, entries);
  }

  private static Path jarOf(Path classes, Path folder) throws IOException {
    var jar = Files.createTempFile(folder, "classes", ".jar");
    try (var out = new JarOutputStream(Files.newOutputStream(jar));
        var files = Files.walk(classes)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(new JarEntry(classes.relativize(file).toString()));
        Files.copy(file, out);
      }
    }
    return jar;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** The port of the listener {@code web}, once it is ready. */
  int awaitPort() {
    awaitLog("ready after");
    var matcher = PORT.matcher(log());
    assertThat(matcher.find()).isTrue();
    return Integer.parseInt(matcher.group(1));
  }

  /** Waits for its end, and returns the exit code. */
  int awaitEnd() throws InterruptedException {
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
        .as("it ended; it said: %s", log())
        .isTrue();
    return process.exitValue();
  }

  /** Sends a signal, named without SIG. */
  void send(String signal) throws IOException, InterruptedException {
    var kill = new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }

  void awaitLog(String text) {
    try {
      Await.until("the log says: " + text, PATIENCE, () -> log().contains(text));
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "; it says: " + log(), e);
    }
  }

  String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
