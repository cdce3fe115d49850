package dev.signalbox.cli;

import dev.signalbox.ServerConfig;
import dev.signalbox.Signalbox;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Signalbox in front of toy endpoints, all in this process, and what to try on it. */
final class DemoCommand {
  private static final Duration PACE = Duration.ofMillis(250);

  private DemoCommand() {}

  static CommandSpec spec(Terminal terminal, Serving serving) {
    var port =
        OptionSpec.builder("--port")
            .paramLabel("PORT")
            .type(int.class)
            .defaultValue("8080")
            .description("Where to listen on 127.0.0.1 (default: ${DEFAULT-VALUE}, or a free one).")
            .build();
    Callable<Integer> command = () -> demo(terminal, serving, port.getValue());
    var spec = CommandSpec.wrapWithoutInspection(command).addOption(port);
    spec.usageMessage()
        .description("Start toy servers with Signalbox in front of them, and say what to try.");
    return spec;
  }

  private static int demo(Terminal terminal, Serving serving, int port)
      throws IOException, InterruptedException {
    if (port < 0 || port > 65_535) {
      return SignalboxCommand.mistake(
          terminal, "signalbox demo", "--port: " + port + " (expected: 0 to 65535)");
    }
    try (var toys = ToyEndpoints.start(PACE)) {
      var text = DemoConfig.over(toys, isFree(port) ? port : 0);
      var config = ServerConfig.read("the demo's config", text, terminal.env());
      return serving.serve(config, signalbox -> tell(terminal, port, signalbox, text));
    }
  }

  /** Asked beforehand, because listeners share their port with others of the same user. */
  private static boolean isFree(int port) throws IOException {
    try (var probe = new ServerSocket()) {
      probe.bind(new InetSocketAddress(ToyEndpoints.loopback(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static void tell(Terminal terminal, int port, Signalbox signalbox, String config) {
    var bound = signalbox.listeners().getFirst().port();
    var url = "http://127.0.0.1:" + bound;
    var lines = new StringBuilder("\n");
    if (port != 0 && bound != port) {
      lines.append("Port ").append(port).append(" is taken, so this is ").append(bound);
      lines.append(".\n\n");
    }
    lines.append("This is the config:\n\n");
    config.lines().forEach(line -> lines.append(line.isEmpty() ? "" : "  " + line).append('\n'));
    lines
        .append("\nIt answers at @|bold,underline ")
        .append(url)
        .append("/|@ until Ctrl-C. Try:\n");
    suggest(lines, "three shops share the work: again and again", "curl " + url + "/");
    suggest(lines, "what an endpoint sees of a request", "curl -d 'a body' " + url + "/echo");
    suggest(lines, "an answer that comes piece by piece", "curl -N " + url + "/stream");
    suggest(lines, "a slow one", "curl -w '%{time_total} s\\n' " + url + "/slow");
    suggest(
        lines,
        "a route by host, answered by Signalbox itself",
        "curl -H 'Host: status.example.com' " + url + "/");
    var ansi = terminal.outColours() ? Ansi.ON : Ansi.OFF;
    terminal.out().println(ansi.string(lines.toString()));
  }

  private static void suggest(StringBuilder lines, String what, String command) {
    lines.append("\n  @|faint # ").append(what).append("|@\n  @|bold ").append(command);
    lines.append("|@\n");
  }
}
