package dev.signalbox.cli;

import dev.signalbox.ServerConfig;
import dev.signalbox.config.SourceLines;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The real thing. */
final class RunCommand {
  private RunCommand() {}

  static CommandSpec spec(Terminal terminal, Serving serving) {
    var file =
        OptionSpec.builder("-c", "--config")
            .paramLabel("FILE")
            .type(Path.class)
            .defaultValue("signalbox.yaml")
            .description("The config file (default: ${DEFAULT-VALUE}).")
            .build();
    Callable<Integer> command = () -> run(terminal, serving, file.getValue());
    var spec = CommandSpec.wrapWithoutInspection(command).addOption(file);
    spec.usageMessage().description("Run what a config file says.");
    return spec;
  }

  static int run(Terminal terminal, Serving serving, Path file) throws InterruptedException {
    var config = ServerConfig.load(file, terminal.env());
    return serving.serve(config, SourceLines.of(file), _ -> {});
  }
}
