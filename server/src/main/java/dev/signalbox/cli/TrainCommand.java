package dev.signalbox.cli;

import dev.signalbox.ConfigCheck;
import dev.signalbox.ServerConfig;
import dev.signalbox.config.SourceLines;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Model.CommandSpec;

/**
 * What the launcher runs to record the JVM's ahead-of-time cache: the demo, with requests over all
 * its routes, long enough for the compiler to have profiles worth keeping.
 */
final class TrainCommand {
  private static final int ROUNDS = 50;
  private static final int REQUESTS_A_ROUND = 100;
  private static final List<String> PATHS = List.of("/", "/echo", "/stream", "/slow", "/nowhere");

  private static final Logger LOG = LoggerFactory.getLogger(TrainCommand.class);
  private static final int ROUTES_CHECKED = 2_000;
  private static final List<String> TRAINED_PATHS =
      List.of("\"/api/**\"", "/api/v1", "\"/api/{v}/x\"", "{ regex: \"/api/[0-9]+\" }");
  private static final List<String> TRAINED_DETAILS =
      List.of(", method: GET", "", ", header: { X-Canary: \"1\" }", ", source: 10.0.0.0/8", "");

  private TrainCommand() {}

  static CommandSpec spec(Terminal terminal) {
    Callable<Integer> command = () -> train(terminal);
    var spec = CommandSpec.wrapWithoutInspection(command);
    spec.usageMessage().hidden(true).description("Exercise everything, and end.");
    return spec;
  }

  private static int train(Terminal terminal) throws IOException, InterruptedException {
    try (var toys = ToyEndpoints.start(Duration.ZERO)) {
      check(terminal);
      var text = DemoConfig.over(toys, 0);
      var config = ServerConfig.read("the training's config", text, terminal.env());
      return new Serving(TrainCommand::stopAtOnce)
          .serve(config, signalbox -> exercise(signalbox.listeners().getFirst().port()));
    }
  }

  /** A file as long as the proofs are for, so that {@code check} starts with profiles, too. */
  private static void check(Terminal terminal) {
    var text = new StringBuilder("listeners: { web: { bind: \":0\" } }\n");
    text.append("upstreams: { a: [\"127.0.0.1:1\"], b: [\"127.0.0.1:2\"] }\nroutes:\n");
    for (int i = 0; i < ROUTES_CHECKED; i++) {
      text.append("  - name: r").append(i).append('\n');
      text.append("    match: { host: ").append(i % 20 == 0 ? "\"*.t" : "\"www.t").append(i / 9);
      text.append(".example.com\", path: ").append(TRAINED_PATHS.get(i % TRAINED_PATHS.size()));
      text.append(TRAINED_DETAILS.get(i % TRAINED_DETAILS.size())).append(" }\n");
      text.append("    to: ").append(i % 3 == 0 ? "a" : "b").append('\n');
    }
    var name = "the training's rules";
    var config = ServerConfig.read(name, text.toString(), terminal.env());
    ConfigCheck.of(name, config, SourceLines.none()).log(LOG);
  }

  private static Stop stopAtOnce() {
    Stop _ = Signals.caught(); // For its classes: a real start catches signals, too.
    return () -> "the end of the training";
  }

  private static void exercise(int port) {
    try {
      for (var path : PATHS) {
        exchange(port, request(path, "Connection: close"));
      }
      for (var round = 0; round < ROUNDS; round++) {
        var requests = request("/", "Connection: keep-alive").repeat(REQUESTS_A_ROUND);
        exchange(port, requests + request("/", "Connection: close"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String request(String path, String connection) {
    return "GET "
        + path
        + " HTTP/1.1\r\nHost: localhost\r\nUser-Agent: train\r\nAccept: */*\r\n"
        + connection
        + "\r\n\r\n";
  }

  /** Sends them all and reads to the end, which comes because the last one asks to close. */
  private static void exchange(int port, String requests) throws IOException {
    try (var socket = new Socket(ToyEndpoints.loopback(), port)) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(requests.getBytes(StandardCharsets.US_ASCII));
      socket.getInputStream().readAllBytes();
    }
  }
}
