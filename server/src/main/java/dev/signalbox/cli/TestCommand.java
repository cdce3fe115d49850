package dev.signalbox.cli;

import dev.signalbox.RouteQuestions;
import dev.signalbox.RouteQuestions.Tested;
import dev.signalbox.ServerConfig;
import dev.signalbox.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Runs the tests that stand in config files; nothing is sent. */
final class TestCommand {
  private static final String RED = "\033[1;31m";
  private static final String GREEN = "\033[32m";
  private static final String PLAIN = "\033[0m";

  private TestCommand() {}

  static CommandSpec spec(Terminal terminal) {
    var files =
        PositionalParamSpec.builder()
            .paramLabel("FILE")
            .type(Path[].class)
            .arity("1..*")
            .required(true)
            .description("The config file, or several.")
            .build();
    var junit =
        OptionSpec.builder("--junit")
            .paramLabel("OUT.xml")
            .type(Path.class)
            .description("Write the results there too, as JUnit's XML.")
            .build();
    var json =
        OptionSpec.builder("--json")
            .type(boolean.class)
            .defaultValue("false")
            .description("For machines.")
            .build();
    Callable<Integer> command =
        () -> test(terminal, files.getValue(), junit.getValue(), json.getValue());
    var spec = CommandSpec.wrapWithoutInspection(command);
    spec.addPositional(files).addOption(junit).addOption(json);
    spec.usageMessage()
        .description(
            "Run the tests in a config file: what its routes expect, and its list of tests.");
    return spec;
  }

  private static int test(Terminal terminal, Path[] files, @Nullable Path junit, boolean isJson) {
    int exit = Exit.FINE;
    var runs = new LinkedHashMap<String, Tested>();
    for (Path file : files) {
      try {
        var config = ServerConfig.load(file, terminal.env());
        var tested = RouteQuestions.of(config, Instant.now()).test();
        runs.put(file.toString(), tested);
        if (!tested.isFine() && exit == Exit.FINE) {
          exit = Exit.FINDINGS;
        }
        if (!isJson) {
          tell(terminal, file, tested);
        }
      } catch (ConfigException mistakes) {
        terminal.err().print(mistakes.render(terminal.errColours()));
        exit = Exit.UNUSABLE;
      }
    }
    if (isJson) {
      terminal.out().print(RouteQuestions.json(runs));
    }
    if (junit != null) {
      try {
        Files.writeString(junit, RouteQuestions.junitXml(runs));
      } catch (IOException e) {
        return SignalboxCommand.mistake(
            terminal, "signalbox test", "--junit: can't write " + junit + ": " + e.getMessage());
      }
    }
    return exit;
  }

  private static void tell(Terminal terminal, Path file, Tested tested) {
    var text = tested.text(false);
    if (terminal.outColours()) {
      text =
          text.replaceAll("(?m)^ok ", GREEN + "ok" + PLAIN + " ")
              .replaceAll("(?m)^FAILED ", RED + "FAILED" + PLAIN + " ");
    }
    terminal.out().print(text);
    terminal
        .out()
        .println(
            file
                + ": "
                + (tested.count() == 0 ? "no tests (see signalbox gen-tests)" : tested.summary()));
  }
}
