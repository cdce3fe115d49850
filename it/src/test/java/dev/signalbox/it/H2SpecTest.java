package dev.signalbox.it;

import static dev.signalbox.testkit.Step.respond;
import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.testkit.Script;
import dev.signalbox.testkit.TestCertificate;
import dev.signalbox.testkit.TestCertificate.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * h2spec, the conformance suite of HTTP/2, in its strict mode: the program for this system comes
 * with a Maven artifact.
 */
@OnEachTransport
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
final class H2SpecTest {
  private static final String PROGRAM = "h2spec/2.2.0/h2spec_linux_amd64.tar.gz";
  private static final String ALL = "146 tests, 146 passed, 0 skipped, 0 failed";

  @TempDir static Path folder;

  @RegisterExtension final Stage stage;

  H2SpecTest(Machine machine) {
    stage = new Stage(machine);
  }

  @BeforeAll
  static void unpack() throws IOException {
    var archive = folder.resolve("h2spec.tar.gz");
    try (var in = H2SpecTest.class.getClassLoader().getResourceAsStream(PROGRAM)) {
      Files.copy(Objects.requireNonNull(in, PROGRAM), archive);
    }
    assertThat(run("tar", "-xzf", archive.toString(), "-C", folder.toString())).isEmpty();
  }

  private static String run(String... command) throws IOException {
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  private String h2spec(String... more) throws IOException {
    var command =
        new ArrayList<>(
            List.of(
                folder.resolve("h2spec").toString(),
                "--strict",
                "--timeout",
                "10",
                "--host",
                "127.0.0.1",
                "--port",
                Integer.toString(stage.port())));
    command.addAll(List.of(more));
    return run(command.toArray(String[]::new));
  }

  @Test
  void everythingHoldsWithPriorKnowledge() throws IOException {
    stage.start(stage.origin(Script.each(respond(200, "hello"))));
    assertThat(h2spec()).contains(ALL);
  }

  @Test
  void everythingHoldsOverTls() throws IOException {
    var shop = TestCertificate.authority("Test Root").issue(Kind.EC, "shop.example");
    stage.start(
        Config.to(stage.origin(Script.each(respond(200, "hello"))))
            .listener("tls: { certificates: [" + shop.write(folder, "h2spec-shop") + "] }"));
    assertThat(h2spec("--tls", "--insecure")).contains(ALL);
  }
}
