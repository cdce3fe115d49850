package dev.signalbox.cli;

import dev.signalbox.ServerConfig;
import dev.signalbox.config.Address;
import dev.signalbox.config.InvalidValue;
import dev.signalbox.config.Shown;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Shows how a running one is doing. */
final class StatusCommand {
  private static final Path USUAL_FILE = Path.of("signalbox.yaml");
  private static final String NAME = "signalbox status";

  private StatusCommand() {}

  static CommandSpec spec(Terminal terminal) {
    var admin =
        OptionSpec.builder("--admin")
            .paramLabel("ADDR")
            .type(String.class)
            .description("Where it is asked: the address that its file has under admin.")
            .build();
    var file =
        OptionSpec.builder("-c", "--config")
            .paramLabel("FILE")
            .type(Path.class)
            .description(
                "The file that says where; without it signalbox.yaml, or else "
                    + ServerConfig.defaultAdminAddress()
                    + ".")
            .build();
    var json =
        OptionSpec.builder("--json")
            .type(boolean.class)
            .arity("0")
            .defaultValue("false")
            .description("For machines: one JSON document.")
            .build();
    Callable<Integer> command =
        () -> {
          boolean isJson = Boolean.TRUE.equals(json.<@Nullable Boolean>getValue());
          try {
            Address address = address(terminal, admin.getValue(), file.getValue());
            return show(terminal, address, isJson);
          } catch (InvalidValue e) {
            var option = admin.<@Nullable String>getValue() == null ? "" : "--admin: ";
            return SignalboxCommand.mistake(terminal, NAME, option + e.getMessage());
          }
        };
    var spec =
        CommandSpec.wrapWithoutInspection(command).addOption(admin).addOption(file).addOption(json);
    spec.usageMessage()
        .description(
            "Say how a running Signalbox is doing: what somebody should look after, certificates"
                + " with the days to their expiry, connections and requests. Exit code 1 if there"
                + " is something to look after.");
    return spec;
  }

  /**
   * Where to ask.
   *
   * @throws InvalidValue if nothing that is given tells
   */
  private static Address address(Terminal terminal, @Nullable String admin, @Nullable Path given) {
    if (admin != null) {
      return reachable(Address.parse(admin));
    }
    Path file = given == null && Files.exists(USUAL_FILE) ? USUAL_FILE : given;
    if (file == null) {
      return ServerConfig.defaultAdminAddress();
    }
    Address bind = ServerConfig.load(file, terminal.env()).adminAddress();
    if (bind == null) {
      throw new InvalidValue(
          file.toString(), "has no admin: nobody can ask what runs by it", "that, or --admin");
    }
    return reachable(bind);
  }

  /** What is bound to every address is reached by the machine's own. */
  private static Address reachable(Address bind) {
    if (!(bind instanceof Address.Tcp(String host, int port))) {
      return bind;
    }
    if (port == 0) {
      throw new InvalidValue(
          bind.toString(), "has port 0, which stands for any", "--admin with the one it got");
    }
    return switch (host) {
      case "", "0.0.0.0" -> new Address.Tcp("127.0.0.1", port);
      case "::" -> new Address.Tcp("::1", port);
      default -> bind;
    };
  }

  private static int show(Terminal terminal, Address address, boolean isJson) {
    RunningServer.Answer answer;
    try {
      answer = RunningServer.ask(address, "/status", isJson ? "application/json" : "text/plain");
    } catch (IOException e) {
      terminal
          .err()
          .println("signalbox: " + address + ": " + Shown.clean(String.valueOf(e.getMessage())));
      terminal.err().println("Does Signalbox run, and has its file `admin: " + address + "`?");
      return Exit.UNUSABLE;
    }
    if (answer.status() != 200 || answer.findings() < 0) {
      terminal
          .err()
          .println(
              "signalbox: "
                  + address
                  + ": this is no address for operators of a Signalbox (it answered "
                  + answer.status()
                  + ")");
      terminal.err().println("The right one stands under `admin:` in its file.");
      return Exit.UNUSABLE;
    }
    terminal
        .out()
        .print(answer.body().lines().map(Shown::clean).collect(Collectors.joining("\n", "", "\n")));
    return answer.findings() == 0 ? Exit.FINE : Exit.FINDINGS;
  }
}
