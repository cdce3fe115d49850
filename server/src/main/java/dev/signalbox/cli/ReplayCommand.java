package dev.signalbox.cli;

import dev.signalbox.LogReplay;
import dev.signalbox.ServerConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** What a config, or two, would have done with the requests of a log. */
final class ReplayCommand {
  private ReplayCommand() {}

  static CommandSpec spec(Terminal terminal) {
    var logs =
        PositionalParamSpec.builder()
            .paramLabel("LOG")
            .type(String[].class)
            .arity("1..*")
            .required(true)
            .description("Access logs, also packed with gzip; - is the standard input.")
            .build();
    var config = file("--config", "-c").required(true).description("The config file.").build();
    var against =
        file("--against")
            .description("Another config file: show which requests it answers differently.")
            .build();
    var host =
        OptionSpec.builder("--host")
            .paramLabel("NAME")
            .type(String.class)
            .description("The host of requests whose log does not say it.")
            .build();
    var format =
        OptionSpec.builder("--format")
            .paramLabel("FORMAT")
            .type(String.class)
            .description("One of " + LogReplay.formats() + " (default: found out).")
            .build();
    var json =
        OptionSpec.builder("--json")
            .arity("0")
            .type(boolean.class)
            .description("For machines.")
            .build();
    var top =
        OptionSpec.builder("--top")
            .paramLabel("N")
            .type(int.class)
            .defaultValue("10")
            .description("How long tables may be (default: ${DEFAULT-VALUE}).")
            .build();
    Callable<Integer> command =
        () -> {
          String named = format.getValue();
          int most = top.getValue();
          if (named != null && !List.of(LogReplay.formats().split(", ", -1)).contains(named)) {
            return mistake(
                terminal, "--format: " + named + " (expected: " + LogReplay.formats() + ")");
          }
          if (most < 1) {
            return mistake(terminal, "--top: " + most + " (expected: 1 or more)");
          }
          return replay(
              terminal,
              new Files(config.getValue(), against.getValue()),
              List.of(logs.<String[]>getValue()),
              host.getValue(),
              named,
              most,
              Boolean.TRUE.equals(json.getValue()));
        };
    var spec =
        CommandSpec.wrapWithoutInspection(command)
            .addPositional(logs)
            .addOption(config)
            .addOption(against)
            .addOption(host)
            .addOption(format)
            .addOption(top)
            .addOption(json);
    spec.usageMessage()
        .sortOptions(false)
        .description(
            "Route the requests of access logs by a config file: who takes how many, what no route"
                + " takes, what nearly met a route; with another file, which requests move.");
    return spec;
  }

  private static OptionSpec.Builder file(String... names) {
    return OptionSpec.builder(names).paramLabel("FILE").type(Path.class);
  }

  private static int mistake(Terminal terminal, String sentence) {
    return SignalboxCommand.mistake(terminal, "signalbox replay", sentence);
  }

  /** The files of rules. */
  private record Files(Path config, @Nullable Path against) {}

  private static int replay(
      Terminal terminal,
      Files files,
      List<String> logs,
      @Nullable String host,
      @Nullable String format,
      int top,
      boolean isJson) {
    var config = ServerConfig.load(files.config, terminal.env());
    var against = files.against == null ? null : ServerConfig.load(files.against, terminal.env());
    var task = new LogReplay.Task(logs, config, against, host, format, top);
    var bar = new ProgressBar(terminal);
    var result = LogReplay.run(task, System.in, bar);
    bar.end();
    terminal
        .out()
        .print(
            isJson
                ? result.json()
                : result.text(String.valueOf(files.against), terminal.outColours()));
    terminal.out().flush();
    return result.hasChanges() ? Exit.FINDINGS : Exit.FINE;
  }
}
