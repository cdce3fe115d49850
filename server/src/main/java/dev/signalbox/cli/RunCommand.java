package dev.signalbox.cli;

import dev.signalbox.ServerConfig;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The real thing. */
@Command(name = "run", description = "Run what a config file says.")
final class RunCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final Serving serving;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "The config file (default: ${DEFAULT-VALUE}).")
  private Path file = Path.of("signalbox.yaml");

  RunCommand(Terminal terminal, Serving serving) {
    this.terminal = terminal;
    this.serving = serving;
  }

  @Override
  public Integer call() throws InterruptedException {
    return serving.serve(ServerConfig.load(file, terminal.env()), signalbox -> {});
  }
}
