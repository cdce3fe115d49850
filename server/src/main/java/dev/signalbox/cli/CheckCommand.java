package dev.signalbox.cli;

import dev.signalbox.ServerConfig;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Reads a file as {@code run} would, and says all that is wrong with it. */
@Command(
    name = "check",
    description = "Say all that is wrong with a config file, or what is in it.")
final class CheckCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(paramLabel = "FILE", description = "The config file.")
  private Path file = Path.of("signalbox.yaml");

  CheckCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    var config = ServerConfig.load(file, terminal.env());
    terminal.out().println(file + " is fine:");
    config.summary().forEach(line -> terminal.out().println("  " + line));
    return Exit.FINE;
  }
}
