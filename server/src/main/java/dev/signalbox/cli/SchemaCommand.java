package dev.signalbox.cli;

import dev.signalbox.ServerConfig;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** The config language for editors. */
@Command(
    name = "schema",
    description = "Print the JSON Schema of config files: editors check and complete with it.")
final class SchemaCommand implements Callable<Integer> {
  private final Terminal terminal;

  SchemaCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    terminal.out().println(ServerConfig.jsonSchema());
    return Exit.FINE;
  }
}
