package dev.signalbox.cli;

import dev.signalbox.CheckReport;
import dev.signalbox.ConfigCheck;
import dev.signalbox.ConfigSummary;
import dev.signalbox.RouteQuestions;
import dev.signalbox.ServerConfig;
import dev.signalbox.config.ConfigException;
import dev.signalbox.config.SourceLines;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Reads files as {@code run} would, says all that is wrong with each, and proves its routes. */
final class CheckCommand {
  private CheckCommand() {}

  static CommandSpec spec(Terminal terminal) {
    var files =
        PositionalParamSpec.builder()
            .paramLabel("FILE")
            .type(Path[].class)
            .arity("1..*")
            .required(true)
            .description("The config file, or several.")
            .build();
    var json = flag("--json", "For machines: one JSON document about all files.");
    var sarif = flag("--sarif", "For code hosts: SARIF 2.1.0.");
    Callable<Integer> command =
        () -> {
          Path[] given = files.getValue();
          boolean isJson = Boolean.TRUE.equals(json.<@Nullable Boolean>getValue());
          boolean isSarif = Boolean.TRUE.equals(sarif.<@Nullable Boolean>getValue());
          if (isJson && isSarif) {
            return SignalboxCommand.mistake(
                terminal, "signalbox check", "--json and --sarif: only one of them");
          }
          return isJson || isSarif
              ? forMachines(terminal, List.of(given), isSarif)
              : check(terminal, List.of(given));
        };
    var spec =
        CommandSpec.wrapWithoutInspection(command)
            .addOption(json)
            .addOption(sarif)
            .addPositional(files);
    spec.usageMessage()
        .description(
            "Say all that is wrong with a config file, and prove its routes: which can never be"
                + " reached, what loops, what nothing uses. Then run its tests.");
    return spec;
  }

  private static OptionSpec flag(String name, String description) {
    return OptionSpec.builder(name)
        .type(boolean.class)
        .arity("0")
        .defaultValue("false")
        .description(description)
        .build();
  }

  private static int check(Terminal terminal, List<Path> files) {
    int exit = Exit.FINE;
    for (Path file : files) {
      try {
        var config = ServerConfig.load(file, terminal.env());
        var check = checked(file, config);
        if (!check.hasMistakes()) {
          terminal.out().println(file + " is fine: " + ConfigSummary.counts(config));
          ConfigSummary.lines(config).forEach(line -> terminal.out().println("  " + line));
        }
        terminal.out().print(check.text(terminal.outColours()));
        var tested = RouteQuestions.tests(config, Instant.now());
        if (tested.count() > 0) {
          terminal.out().print(tested.text(true));
          terminal.out().println(file + ": " + tested.summary());
        }
        exit = Math.max(exit, Math.max(exit(check), exit(tested)));
      } catch (ConfigException mistakes) {
        terminal.err().print(mistakes.render(terminal.errColours()));
        exit = Exit.UNUSABLE;
      }
    }
    return exit;
  }

  private static int forMachines(Terminal terminal, List<Path> files, boolean isSarif) {
    int exit = Exit.FINE;
    var report = new CheckReport();
    for (Path file : files) {
      try {
        var config = ServerConfig.load(file, terminal.env());
        var check = checked(file, config);
        report.add(check);
        var tested = RouteQuestions.tests(config, Instant.now());
        exit = Math.max(exit, Math.max(exit(check), exit(tested)));
      } catch (ConfigException mistakes) {
        report.add(file, mistakes);
        exit = Exit.UNUSABLE;
      }
    }
    terminal.out().print(isSarif ? report.sarif() : report.json());
    return exit;
  }

  private static ConfigCheck checked(Path file, ServerConfig config) {
    return ConfigCheck.of(file.toString(), config, SourceLines.of(file));
  }

  private static int exit(RouteQuestions.Tested tested) {
    return tested.isFine() ? Exit.FINE : Exit.FINDINGS;
  }

  private static int exit(ConfigCheck check) {
    return check.isRefused() ? Exit.UNUSABLE : check.hasMistakes() ? Exit.FINDINGS : Exit.FINE;
  }
}
