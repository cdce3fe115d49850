package dev.signalbox.cli;

import dev.signalbox.ServerConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
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
  private static final int ROUNDS = 50;
  private static final int REQUESTS_A_ROUND = 100;
  private static final List<String> PATHS = List.of("/", "/echo", "/stream", "/slow", "/nowhere");

  private TrainCommand() {}

  static CommandSpec spec(Terminal terminal) {
    Callable<Integer> command = () -> train(terminal);
    var spec = CommandSpec.wrapWithoutInspection(command);
    spec.usageMessage().hidden(true).description("Exercise everything, and end.");
    return spec;
  }

  private static int train(Terminal terminal) throws IOException, InterruptedException {
    try (var toys = ToyEndpoints.start(Duration.ZERO)) {
      var text = DemoConfig.over(toys, 0);
      var config = ServerConfig.read("the training's config", text, terminal.env());
      return new Serving(TrainCommand::stopAtOnce)
          .serve(config, signalbox -> exercise(signalbox.listeners().getFirst().port()));
    }
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
