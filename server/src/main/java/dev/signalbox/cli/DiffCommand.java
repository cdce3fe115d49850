package dev.signalbox.cli;

import dev.signalbox.ConfigDiff;
import dev.signalbox.ServerConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** What changes from one config to another, by proof. */
final class DiffCommand {
  private static final Duration BUDGET = Duration.ofSeconds(10);

  private DiffCommand() {}

  static CommandSpec spec(Terminal terminal) {
    var before = file("0", "A", "The config file as it is.");
    var after = file("1", "B", "The config file as it would be.");
    var json =
        OptionSpec.builder("--json")
            .arity("0")
            .type(boolean.class)
            .description("For machines.")
            .build();
    Callable<Integer> command =
        () ->
            diff(
                terminal,
                before.getValue(),
                after.getValue(),
                Boolean.TRUE.equals(json.getValue()));
    var spec =
        CommandSpec.wrapWithoutInspection(command)
            .addPositional(before)
            .addPositional(after)
            .addOption(json);
    spec.usageMessage()
        .sortOptions(false)
        .description(
            "Prove which requests another config file decides differently, each kind with an"
                + " example; or that there are none.");
    return spec;
  }

  private static PositionalParamSpec file(String index, String label, String description) {
    return PositionalParamSpec.builder()
        .index(index)
        .paramLabel(label)
        .type(Path.class)
        .arity("1")
        .required(true)
        .description(description)
        .build();
  }

  private static int diff(Terminal terminal, Path before, Path after, boolean isJson) {
    var one = ServerConfig.load(before, terminal.env());
    var other = ServerConfig.load(after, terminal.env());
    var diff = ConfigDiff.of(one, other, BUDGET);
    terminal.out().print(isJson ? diff.json() : diff.text(terminal.outColours()));
    terminal.out().flush();
    return diff.isEquivalent() ? Exit.FINE : Exit.FINDINGS;
  }
}
