package dev.signalbox.cli;

import dev.signalbox.ServerConfig;
import dev.signalbox.StartupException;
import dev.signalbox.Versions;
import dev.signalbox.config.Address;
import dev.signalbox.config.ConfigException;
import dev.signalbox.config.InvalidValue;
import dev.signalbox.config.Nearest;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command line. {@link #run} is the way in; one call, one thread.
 *
 * <p>Commands are built as picocli's model, not read from annotations: reading them took as long as
 * the whole rest of a start.
 */
public final class SignalboxCommand {
  private static final String FOOTER =
      """
        signalbox demo                                  something to play with
        signalbox --from :8080 --to localhost:9000      a proxy without a file
        signalbox --from :8080 --to app1:80,app2:80     in turns to two
        signalbox run -c signalbox.yaml                 the real thing
        signalbox status                                how a running one is doing
        signalbox check signalbox.yaml                  all that is wrong with a file
        signalbox explain signalbox.yaml http://a.test/ who takes a request, and why
        signalbox test signalbox.yaml                   the tests in a file

      Environment:
        SIGNALBOX_LOG        error, warn, info (default), debug or trace
        SIGNALBOX_JAVA       the JDK (25 or newer) to use
        SIGNALBOX_JAVA_OPTS  more options for the JVM
        NO_COLOR             no colours, even on a terminal

      Exit codes: 0 fine, 1 findings, 2 what was given cannot be used.
      """;

  private SignalboxCommand() {}

  /** Does what the arguments say, and returns the exit code. A server ends by signals. */
  public static int run(Terminal terminal, String... arguments) {
    return run(terminal, Signals::caught, arguments);
  }

  static int run(Terminal terminal, Supplier<Stop> stops, String... arguments) {
    var serving = new Serving(stops);
    if (isPlainRun(arguments)) {
      try {
        return RunCommand.run(terminal, serving, Path.of(arguments[2]));
      } catch (Exception e) {
        return onFailure(terminal, e);
      }
    }
    return parser(terminal, serving).execute(arguments);
  }

  /**
   * {@code run -c FILE}, the form in which services are started, needs no parser. picocli's classes
   * are in a format too old for the JVM's cache: loading them is a third of the CPU time of a start
   * and 5 MB that stay.
   */
  private static boolean isPlainRun(String... arguments) {
    return arguments.length == 3
        && arguments[0].equals("run")
        && arguments[1].equals("-c")
        && !arguments[2].startsWith("-");
  }

  private static CommandLine parser(Terminal terminal, Serving serving) {
    var parser = new CommandLine(spec(terminal, serving));
    parser.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8));
    parser.setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8));
    parser.setColorScheme(
        Help.defaultColorScheme(terminal.outColours() ? Help.Ansi.ON : Help.Ansi.OFF));
    parser.setUsageHelpWidth(80);
    parser.setParameterExceptionHandler((mistake, _) -> onMistake(terminal, mistake));
    parser.setExecutionExceptionHandler((failure, _, _) -> onFailure(terminal, failure));
    return parser;
  }

  private static CommandSpec spec(Terminal terminal, Serving serving) {
    var from =
        OptionSpec.builder("--from")
            .paramLabel("ADDR")
            .type(String.class)
            .description("Where to listen: host:port, or :port for all addresses.")
            .build();
    var to =
        OptionSpec.builder("--to")
            .paramLabel("ADDR")
            .type(String[].class)
            .splitRegex(",")
            .description("Where requests go, in turns.")
            .build();
    var help =
        OptionSpec.builder("-h", "--help")
            .usageHelp(true)
            .scopeType(ScopeType.INHERIT)
            .description("Show this.")
            .build();
    var version =
        OptionSpec.builder("-V", "--version")
            .versionHelp(true)
            .description("Show the versions of all parts, and the transports there are.")
            .build();
    Callable<Integer> proxy = () -> proxy(terminal, serving, from.getValue(), to.getValue());
    var spec =
        CommandSpec.wrapWithoutInspection(proxy)
            .name("signalbox")
            .versionProvider(SignalboxCommand::versions)
            .addOption(from)
            .addOption(to)
            .addOption(help)
            .addOption(version)
            .addSubcommand("demo", DemoCommand.spec(terminal, serving))
            .addSubcommand("run", RunCommand.spec(terminal, serving))
            .addSubcommand("status", StatusCommand.spec(terminal))
            .addSubcommand("check", CheckCommand.spec(terminal))
            .addSubcommand("explain", ExplainCommand.spec(terminal))
            .addSubcommand("test", TestCommand.spec(terminal))
            .addSubcommand("gen-tests", GenTestsCommand.spec(terminal))
            .addSubcommand("diff", DiffCommand.spec(terminal))
            .addSubcommand("replay", ReplayCommand.spec(terminal))
            .addSubcommand("schema", SchemaCommand.spec(terminal))
            .addSubcommand("train", TrainCommand.spec(terminal));
    spec.usageMessage()
        .customSynopsis(
            "signalbox COMMAND [OPTIONS]", "       signalbox --from ADDR --to ADDR[,ADDR...]")
        .description("%nA Layer 7 load balancer.%n")
        .sortOptions(false)
        .optionListHeading("Options:%n")
        .commandListHeading("%nCommands:%n")
        .footerHeading("%nExamples:%n")
        .footer(FOOTER.lines().toArray(String[]::new));
    return spec;
  }

  /** Without a command: a proxy without a file. */
  private static int proxy(
      Terminal terminal, Serving serving, @Nullable String from, String @Nullable [] to)
      throws InterruptedException {
    if (from == null && to == null) {
      return mistake(terminal, "signalbox", "no command (try: signalbox demo)");
    }
    if (from == null || to == null) {
      return mistake(
          terminal,
          "signalbox",
          "--from and --to go together: where to listen, and where requests go");
    }
    var option = "--from";
    try {
      Address.parse(from);
      option = "--to";
      List.of(to).forEach(Address::parseToConnect);
    } catch (InvalidValue e) {
      return mistake(terminal, "signalbox", option + ": " + e.getMessage());
    }
    var text = FromToConfig.text(from, List.of(to));
    return serving.serve(ServerConfig.read("--from --to", text, terminal.env()), _ -> {});
  }

  private static String[] versions() {
    var versions = Versions.ofThisBuild();
    return new String[] {
      "Signalbox " + versions.signalbox(),
      "JDK " + Versions.jdk(),
      "Netty " + versions.netty(),
      "Transports: " + String.join(", ", Versions.transports())
    };
  }

  private static int onMistake(Terminal terminal, ParameterException mistake) {
    var command = mistake.getCommandLine().getCommandSpec().qualifiedName();
    return mistake(terminal, command, sentence(mistake));
  }

  static int mistake(Terminal terminal, String command, String sentence) {
    terminal.err().println("signalbox: " + sentence);
    terminal.err().println("See: " + command + " --help");
    return Exit.UNUSABLE;
  }

  private static String sentence(ParameterException mistake) {
    if (!(mistake instanceof UnmatchedArgumentException unmatched)) {
      return mistake instanceof MissingParameterException missing
              && missing.getMissing().getFirst().isPositional()
          ? missing.getMissing().getFirst().paramLabel() + " is missing"
          : String.valueOf(mistake.getMessage());
    }
    var word = unmatched.getUnmatched().getFirst();
    var spec = mistake.getCommandLine().getCommandSpec();
    if (unmatched.isUnknownOption()) {
      return word + ": no such option" + didYouMean(word, spec.optionsMap().keySet());
    }
    var commands = spec.subcommands().keySet();
    return commands.isEmpty()
        ? word + ": one argument too many"
        : word + ": no such command" + didYouMean(word, commands);
  }

  private static String didYouMean(String word, Set<String> known) {
    var nearest = Nearest.to(word, known);
    return nearest == null ? "" : " (did you mean " + nearest + "?)";
  }

  private static int onFailure(Terminal terminal, Exception failure) {
    if (failure instanceof ConfigException mistakes) {
      terminal.err().print(mistakes.render(terminal.errColours()));
      return Exit.UNUSABLE;
    }
    if (failure instanceof StartupException mistake) {
      terminal.err().println("signalbox: " + mistake.getMessage());
      return Exit.UNUSABLE;
    }
    terminal.err().println("signalbox: this is a bug in Signalbox, please report it:");
    failure.printStackTrace(terminal.err());
    return Exit.BUG;
  }
}
