package dev.signalbox.cli;

import dev.signalbox.ConfigSummary;
import dev.signalbox.ServerConfig;
import dev.signalbox.config.ConfigException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Reads files as {@code run} would, and says all that is wrong with each. */
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
    Callable<Integer> command = () -> check(terminal, files.getValue());
    var spec = CommandSpec.wrapWithoutInspection(command).addPositional(files);
    spec.usageMessage().description("Say all that is wrong with a config file, or what is in it.");
    return spec;
  }

  private static int check(Terminal terminal, Path[] files) {
    int exit = Exit.FINE;
    for (Path file : files) {
      try {
        var config = ServerConfig.load(file, terminal.env());
        terminal.out().println(file + " is fine: " + ConfigSummary.counts(config));
        ConfigSummary.lines(config).forEach(line -> terminal.out().println("  " + line));
      } catch (ConfigException mistakes) {
        terminal.err().print(mistakes.render(terminal.errColours()));
        exit = Exit.UNUSABLE;
      }
    }
    return exit;
  }
}
