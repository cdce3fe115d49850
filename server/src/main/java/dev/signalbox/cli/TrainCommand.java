package dev.signalbox.cli;

import dev.signalbox.ServerConfig;
import dev.signalbox.Signalbox;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;

/**
 * What the launcher runs to record the JVM's ahead-of-time cache: the demo, with requests over all
 * its routes, long enough for the compiler to have profiles worth keeping.
 */
final class TrainCommand {
  private static final int ROUNDS = 100;
  private static final int REQUESTS_A_ROUND = 100;
  private static final List<String> PATHS = List.of("/", "/echo", "/stream", "/slow", "/nowhere");

  private TrainCommand() {}

  static CommandSpec spec(Terminal terminal) {
    Callable<Integer> command = () -> train(terminal);
    var spec = CommandSpec.wrapWithoutInspection(command);
    spec.usageMessage().hidden(true).description("Exercise everything, and end.");
    return spec;
  }

  private static int train(Terminal terminal) throws IOException {
    try (var toys = ToyEndpoints.start(Duration.ZERO)) {
      var config =
          ServerConfig.read("the training's config", DemoConfig.over(toys, 0), terminal.env());
      try (var signalbox = Signalbox.start(config)) {
        var port = signalbox.listeners().getFirst().port();
        for (var path : PATHS) {
          exchange(port, request(path, "Connection: close"));
        }
        for (var round = 0; round < ROUNDS; round++) {
          var requests = request("/", "Connection: keep-alive").repeat(REQUESTS_A_ROUND);
          exchange(port, requests + request("/", "Connection: close"));
        }
        signalbox.drain(Duration.ofSeconds(1));
      }
    }
    return Exit.FINE;
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
