package dev.signalbox;

import dev.signalbox.config.Address;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Placeholder (copies bytes) until the real one lands: that one wins. */
public final class Signalbox implements AutoCloseable {
  /** A listener as it was really bound. */
  public record Bound(String name, String address, int port) {}

  private final ServerSocket socket;
  private final List<String> endpoints;
  private final AtomicInteger next = new AtomicInteger();

  private Signalbox(ServerSocket socket, List<String> endpoints) {
    this.socket = socket;
    this.endpoints = endpoints;
  }

  public static Signalbox start(ServerConfig config) {
    var port =
        switch (config.listeners().getFirst().bind()) {
          case Address.Tcp tcp -> tcp.port();
          case Address.Unix _ -> throw new StartupException("not yet");
        };
    var endpoints =
        config.upstreams().values().stream()
            .flatMap(u -> u.endpoints().stream())
            .map(e -> e.address().toString())
            .toList();
    try {
      var it =
          new Signalbox(new ServerSocket(port, 50, InetAddress.getLoopbackAddress()), endpoints);
      Thread.ofVirtual().start(it::accept);
      return it;
    } catch (IOException e) {
      throw new StartupException("port " + port + " is in use: stop what listens there");
    }
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        var down = socket.accept();
        var to = endpoints.get(next.getAndIncrement() % endpoints.size()).split(":", 2);
        var up = new Socket(to[0], Integer.parseInt(to[1]));
        Thread.ofVirtual().start(() -> copy(down, up));
        Thread.ofVirtual().start(() -> copy(up, down));
      } catch (IOException e) {
        Thread.onSpinWait();
      }
    }
  }

  private static void copy(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      return;
    }
  }

  public List<Bound> listeners() {
    return List.of(new Bound("web", "127.0.0.1:" + socket.getLocalPort(), socket.getLocalPort()));
  }

  public void drain(Duration deadline) {
    close();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      return;
    }
  }
}
