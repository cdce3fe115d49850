package dev.signalbox.cli;

import dev.signalbox.ServerConfig;
import dev.signalbox.StartupException;
import dev.signalbox.Versions;
import dev.signalbox.config.ConfigException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line. {@link #run} is the way in; one call, one thread. */
@Command(
    name = "signalbox",
    versionProvider = SignalboxCommand.VersionLines.class,
    customSynopsis = {
      "signalbox COMMAND [OPTIONS]",
      "       signalbox --from ADDR --to ADDR[,ADDR...]"
    },
    description = {"", "A Layer 7 load balancer.", ""},
    optionListHeading = "%nOptions:%n",
    commandListHeading = "%nCommands:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  signalbox demo                                  something to play with",
      "  signalbox --from :8080 --to localhost:9000      a proxy without a file",
      "  signalbox --from :8080 --to app1:80,app2:80     in turns to two",
      "  signalbox run -c signalbox.yaml                 the real thing",
      "  signalbox check signalbox.yaml                  all that is wrong with a file",
      "",
      "Environment:",
      "  SIGNALBOX_LOG        error, warn, info (default), debug or trace",
      "  SIGNALBOX_JAVA       the JDK (25 or newer) to use",
      "  SIGNALBOX_JAVA_OPTS  more options for the JVM",
      "  NO_COLOR             no colours, even on a terminal",
      "",
      "Exit codes: 0 fine, 1 findings, 2 what was given cannot be used."
    })
public final class SignalboxCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final Serving serving;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--from",
      paramLabel = "ADDR",
      description = "Where to listen: host:port, or :port for all addresses.")
  private @Nullable String from;

  @Option(
      names = "--to",
      paramLabel = "ADDR",
      split = ",",
      description = "Where requests go, in turns.")
  private List<String> to = List.of();

  private SignalboxCommand(Terminal terminal, Serving serving) {
    this.terminal = terminal;
    this.serving = serving;
  }

  /** Does what the arguments say, and returns the exit code. A server ends by signals. */
  public static int run(Terminal terminal, String... arguments) {
    return run(terminal, Signals::caught, arguments);
  }

  static int run(Terminal terminal, Supplier<Stop> stops, String... arguments) {
    var serving = new Serving(stops);
    var line = new CommandLine(new SignalboxCommand(terminal, serving));
    line.getCommandSpec()
        .addOption(
            OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .scopeType(ScopeType.INHERIT)
                .description("Show this.")
                .build())
        .addOption(
            OptionSpec.builder("-V", "--version")
                .versionHelp(true)
                .description("Show the versions of all parts, and the transports there are.")
                .build());
    line.addSubcommand(new DemoCommand(terminal, serving));
    line.addSubcommand(new RunCommand(terminal, serving));
    line.addSubcommand(new CheckCommand(terminal));
    line.addSubcommand(new SchemaCommand(terminal));
    line.addSubcommand(new TrainCommand(terminal));
    line.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8));
    line.setColorScheme(
        Help.defaultColorScheme(terminal.outColours() ? Help.Ansi.ON : Help.Ansi.OFF));
    line.setUsageHelpWidth(80);
    line.setParameterExceptionHandler((mistake, args) -> onMistake(terminal, mistake));
    line.setExecutionExceptionHandler((failure, command, args) -> onFailure(terminal, failure));
    return line.execute(arguments);
  }

  @Override
  public Integer call() throws InterruptedException {
    if (from == null && to.isEmpty()) {
      throw new ParameterException(commandLine(), "nothing to do");
    }
    if (from == null || to.isEmpty()) {
      throw new ParameterException(
          commandLine(), "--from and --to go together: where to listen, and where requests go");
    }
    var config =
        ServerConfig.parse("the command line", FromToConfig.text(from, to), terminal.env());
    return serving.serve(config, signalbox -> {});
  }

  private CommandLine commandLine() {
    if (spec == null) {
      throw new IllegalStateException("picocli injects the spec before it calls");
    }
    return spec.commandLine();
  }

  private static int onMistake(Terminal terminal, ParameterException mistake) {
    var command = mistake.getCommandLine().getCommandSpec().qualifiedName();
    terminal.err().println("signalbox: " + sentence(mistake));
    terminal.err().println("See: " + command + " --help");
    return Exit.UNUSABLE;
  }

  private static String sentence(ParameterException mistake) {
    if (!(mistake instanceof UnmatchedArgumentException unmatched)) {
      return String.valueOf(mistake.getMessage());
    }
    var word = unmatched.getUnmatched().getFirst();
    var what = unmatched.isUnknownOption() ? "option" : "command";
    var suggestions = unmatched.getSuggestions();
    return word
        + ": no such "
        + what
        + (suggestions.isEmpty() ? "" : " (did you mean " + suggestions.getFirst() + "?)");
  }

  private static int onFailure(Terminal terminal, Exception failure) {
    if (failure instanceof ConfigException mistakes) {
      terminal.err().println(mistakes.render(terminal.errColours()));
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

  /** What {@code --version} says. */
  static final class VersionLines implements IVersionProvider {
    @Override
    public String[] getVersion() {
      var versions = Versions.ofThisBuild();
      return new String[] {
        "Signalbox " + versions.signalbox(),
        "JDK " + Versions.jdk(),
        "Netty " + versions.netty(),
        "Transports: " + String.join(", ", Versions.transports())
      };
    }
  }
}
