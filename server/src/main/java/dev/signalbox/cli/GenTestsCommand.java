package dev.signalbox.cli;

import dev.signalbox.RouteQuestions;
import dev.signalbox.ServerConfig;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Writes tests to start from: for each route a request that it takes. */
final class GenTestsCommand {
  private GenTestsCommand() {}

  static CommandSpec spec(Terminal terminal) {
    var file =
        PositionalParamSpec.builder()
            .paramLabel("FILE")
            .type(Path.class)
            .required(true)
            .description("The config file.")
            .build();
    Callable<Integer> command = () -> write(terminal, file.getValue());
    var spec = CommandSpec.wrapWithoutInspection(command).addPositional(file);
    spec.usageMessage()
        .description("Write tests to start from: for each route a request that it takes.");
    return spec;
  }

  private static int write(Terminal terminal, Path file) {
    var config = ServerConfig.load(file, terminal.env());
    var draft = RouteQuestions.of(config, Instant.now()).draftTests();
    terminal.out().print(draft.yaml());
    terminal.out().flush();
    if (!config.tests().isEmpty()) {
      terminal.err().println(file + " has tests already: append these without their first line");
    }
    if (draft.missing() == 0) {
      return Exit.FINE;
    }
    terminal
        .err()
        .println(
            "no request was found for "
                + draft.missing()
                + " of "
                + config.routes().size()
                + " routes; signalbox check says whether there can be one");
    return Exit.FINDINGS;
  }
}
