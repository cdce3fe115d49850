package dev.signalbox.cli;

import dev.signalbox.ConfigSummary;
import dev.signalbox.ServerConfig;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Reads a file as {@code run} would, and says all that is wrong with it. */
final class CheckCommand {
  private CheckCommand() {}

  static CommandSpec spec(Terminal terminal) {
    var file =
        PositionalParamSpec.builder()
            .paramLabel("FILE")
            .type(Path.class)
            .required(true)
            .description("The config file.")
            .build();
    Callable<Integer> command = () -> check(terminal, file.getValue());
    var spec = CommandSpec.wrapWithoutInspection(command).addPositional(file);
    spec.usageMessage().description("Say all that is wrong with a config file, or what is in it.");
    return spec;
  }

  private static int check(Terminal terminal, Path file) {
    var config = ServerConfig.load(file, terminal.env());
    terminal.out().println(file + " is fine: " + ConfigSummary.counts(config));
    ConfigSummary.lines(config).forEach(line -> terminal.out().println("  " + line));
    return Exit.FINE;
  }
}
