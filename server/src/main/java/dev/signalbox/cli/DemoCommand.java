package dev.signalbox.cli;

import dev.signalbox.ServerConfig;
import dev.signalbox.Signalbox;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;

/** Signalbox in front of toy endpoints, all in this process, and what to try on it. */
@Command(
    name = "demo",
    description = "Start toy servers with Signalbox in front of them, and say what to try.")
final class DemoCommand implements Callable<Integer> {
  private static final Duration PACE = Duration.ofMillis(250);

  private final Terminal terminal;
  private final Serving serving;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Where to listen on 127.0.0.1 (default: ${DEFAULT-VALUE}, or a free one).")
  private int port = 8080;

  DemoCommand(Terminal terminal, Serving serving) {
    this.terminal = terminal;
    this.serving = serving;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (var toys = ToyEndpoints.start(PACE)) {
      var text = DemoConfig.over(toys, isFree(port) ? port : 0);
      var config = ServerConfig.parse("demo", text, terminal.env());
      return serving.serve(config, signalbox -> tell(signalbox, text));
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

  private void tell(Signalbox signalbox, String config) {
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
    suggest(lines, "three shops take turns, blue twice as often", "curl " + url + "/");
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
