package dev.signalbox.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The servers behind the demo: real HTTP/1.1 on loopback, each on a port of its own. Each request
 * has a virtual thread.
 */
final class ToyEndpoints implements AutoCloseable {
  private static final int LONGEST_ECHO = 64 * 1024;

  private final List<HttpServer> servers = new ArrayList<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Duration pace;

  private ToyEndpoints(Duration pace) {
    this.pace = pace;
  }

  /**
   * @param pace between two lines of a stream; a slow answer takes eight times as long
   */
  static ToyEndpoints start(Duration pace) throws IOException {
    // Otherwise each answer is two packets and waits 40 ms for the other side to acknowledge the
    // first. The JDK's server has no other place for this.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    var toys = new ToyEndpoints(pace);
    toys.add(exchange -> shop(exchange, "red"));
    toys.add(exchange -> shop(exchange, "green"));
    toys.add(exchange -> shop(exchange, "blue"));
    toys.add(ToyEndpoints::echo);
    toys.add(toys::cinema);
    return toys;
  }

  String red() {
    return address(0);
  }

  String green() {
    return address(1);
  }

  String blue() {
    return address(2);
  }

  String echo() {
    return address(3);
  }

  String cinema() {
    return address(4);
  }

  private String address(int index) {
    return "127.0.0.1:" + servers.get(index).getAddress().getPort();
  }

  /** 127.0.0.1, whatever "localhost" means here. */
  static InetAddress loopback() throws IOException {
    return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
  }

  private void add(HttpHandler handler) throws IOException {
    var server = HttpServer.create(new InetSocketAddress(loopback(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", handler);
    server.start();
    servers.add(server);
  }

  private static void shop(HttpExchange exchange, String colour) throws IOException {
    var accept = exchange.getRequestHeaders().getFirst("Accept");
    if (accept != null && accept.contains("text/html")) {
      var page =
          """
          <!doctype html>
          <title>COLOUR</title>
          <body style="background:COLOUR;color:white;font:bold 10vw sans-serif;text-align:center">
          <p>COLOUR
          <p style="font-size:2vw">one of three shops; reload to meet the others
          """
              .replace("COLOUR", colour);
      answer(exchange, "text/html; charset=utf-8", page);
    } else {
      answer(exchange, "text/plain", "Hello from " + colour + ", one of three shops.\n");
    }
  }

  /** The request as it arrived here: what the proxy added, changed and left out can be seen. */
  private static void echo(HttpExchange exchange) throws IOException {
    var text = new StringBuilder("This is what the endpoint got:\n\n");
    text.append(exchange.getRequestMethod()).append(' ').append(exchange.getRequestURI());
    text.append(' ').append(exchange.getProtocol()).append('\n');
    exchange
        .getRequestHeaders()
        .forEach((name, values) ->
            values.forEach(value -> text.append(name).append(": ").append(value).append('\n')));
    var body = exchange.getRequestBody().readNBytes(LONGEST_ECHO);
    if (body.length > 0) {
      text.append('\n').append(new String(body, StandardCharsets.UTF_8)).append('\n');
    }
    answer(exchange, "text/plain; charset=utf-8", text.toString());
  }

  private void cinema(HttpExchange exchange) throws IOException {
    switch (exchange.getRequestURI().getPath()) {
      case "/slow" -> {
        pause(8);
        answer(exchange, "text/plain", "Sorry, the projector had to warm up.\n");
      }
      case "/stream" -> stream(exchange);
      default -> answer(exchange, "text/plain", "Tonight: /slow and /stream.\n");
    }
  }

  private void stream(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/plain");
    exchange.sendResponseHeaders(200, 0);
    try (exchange;
        var body = exchange.getResponseBody()) {
      for (var part = 1; part <= 10; part++) {
        body.write(("scene " + part + " of 10\n").getBytes(StandardCharsets.UTF_8));
        body.flush();
        pause(1);
      }
    }
  }

  private void pause(int paces) {
    try {
      Thread.sleep(pace.multipliedBy(paces));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void answer(HttpExchange exchange, String type, String text) throws IOException {
    try (exchange) {
      // What is left of the request's body; otherwise the connection cannot be used again.
      exchange.getRequestBody().skipNBytes(exchange.getRequestBody().available());
      var bytes = text.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", type);
      if (exchange.getRequestMethod().equals("HEAD")) {
        exchange.getResponseHeaders().set("Content-Length", String.valueOf(bytes.length));
        exchange.sendResponseHeaders(200, -1);
      } else {
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
      }
    }
  }

  @Override
  public void close() {
    servers.forEach(server -> server.stop(0));
    threads.shutdownNow();
  }
}
