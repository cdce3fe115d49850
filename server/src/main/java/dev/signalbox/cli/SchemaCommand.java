package dev.signalbox.cli;

import dev.signalbox.ServerConfig;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;

/** The config language for editors. */
final class SchemaCommand {
  private SchemaCommand() {}

  static CommandSpec spec(Terminal terminal) {
    Callable<Integer> command =
        () -> {
          terminal.out().println(ServerConfig.jsonSchema());
          return Exit.FINE;
        };
    var spec = CommandSpec.wrapWithoutInspection(command);
    spec.usageMessage()
        .description("Print the JSON Schema of config files: editors check and complete with it.");
    return spec;
  }
}
