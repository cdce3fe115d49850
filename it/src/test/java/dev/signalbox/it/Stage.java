package dev.signalbox.it;

import dev.signalbox.ServerConfig;
import dev.signalbox.Signalbox;
import dev.signalbox.testkit.AnyClient;
import dev.signalbox.testkit.AnyOrigin;
import dev.signalbox.testkit.Await;
import dev.signalbox.testkit.FakeOrigin;
import dev.signalbox.testkit.H2Origin;
import dev.signalbox.testkit.H2Step;
import dev.signalbox.testkit.RawHttp1Client;
import dev.signalbox.testkit.Script;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * What one conversation needs: origins, one Signalbox in front of them, and clients. After the test
 * everything ends, clients first, and the counts must return to zero: no open connection, no thread
 * of a loop, no script of an origin that failed. Belongs to the test's thread.
 */
final class Stage implements AfterEachCallback {
  private final Machine machine;
  private final List<FakeOrigin> origins = new ArrayList<>();
  private final List<H2Origin> h2Origins = new ArrayList<>();
  private final List<RawHttp1Client> clients = new ArrayList<>();
  private final List<AnyOrigin> anyOrigins = new ArrayList<>();
  private final List<AnyClient> anyClients = new ArrayList<>();
  private @Nullable Signalbox signalbox;

  Stage(Machine machine) {
    this.machine = machine;
  }

  Machine machine() {
    return machine;
  }

  FakeOrigin origin(Script script) {
    return add(FakeOrigin.start(script));
  }

  FakeOrigin origin(Path socket, Script script) {
    return add(FakeOrigin.start(socket, script));
  }

  /** An origin that speaks HTTP/2, with these settings: identifiers and values in turn. */
  H2Origin h2Origin(H2Step step, int... settings) {
    var origin = H2Origin.start(step, settings);
    h2Origins.add(origin);
    return origin;
  }

  /** Starts a Signalbox that speaks HTTP/2 to that origin. */
  Signalbox start(H2Origin origin) {
    return start(Config.to(origin));
  }

  FakeOrigin add(FakeOrigin origin) {
    origins.add(origin);
    return origin;
  }

  AnyOrigin add(AnyOrigin origin) {
    anyOrigins.add(origin);
    return origin;
  }

  AnyClient add(AnyClient client) {
    anyClients.add(client);
    return client;
  }

  void closeClients() {
    clients.forEach(RawHttp1Client::close);
    anyClients.forEach(AnyClient::close);
  }

  /** Starts a Signalbox in front of that origin. */
  Signalbox start(FakeOrigin origin) {
    return start(Config.to(origin));
  }

  Signalbox start(Config config) {
    return start(config.text());
  }

  /** Starts one from the text of a configuration, to which the machine is added. */
  Signalbox start(String config) {
    if (signalbox != null) {
      throw new IllegalStateException("it has started already");
    }
    signalbox = Signalbox.start(read(config));
    return signalbox;
  }

  /** Reads a configuration, to which the machine is added. */
  ServerConfig read(String config) {
    return ServerConfig.read(
        "signalbox.yaml",
        config
            + "\ntransport: "
            + machine.transport().word()
            + "\nloops: "
            + machine.loops()
            + "\n",
        _ -> null);
  }

  Signalbox signalbox() {
    if (signalbox == null) {
      throw new IllegalStateException("it has not started");
    }
    return signalbox;
  }

  /** The port of the first listener. */
  int port() {
    return signalbox().listeners().getFirst().port();
  }

  /** Connects to the first listener. */
  RawHttp1Client client() {
    return add(RawHttp1Client.connect(port()));
  }

  /** Connects to the first listener with a small receive buffer. */
  RawHttp1Client slowClient(int receiveBuffer) {
    return add(RawHttp1Client.connect(new InetSocketAddress("127.0.0.1", port()), receiveBuffer));
  }

  RawHttp1Client add(RawHttp1Client client) {
    clients.add(client);
    return client;
  }

  /** Waits until so many clients' connections are open. */
  void awaitConnections(int count) {
    Await.until(
        count + " open connections of clients; there are " + signalbox().connections(),
        () -> signalbox().connections() == count);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    closeClients();
    var running = signalbox;
    try (AutoCloseable _ = () -> origins.forEach(FakeOrigin::close);
        AutoCloseable _ = () -> h2Origins.forEach(H2Origin::close);
        AutoCloseable _ = () -> anyOrigins.forEach(AnyOrigin::close)) {
      if (running != null) {
        try {
          awaitConnections(0);
        } finally {
          running.close();
        }
        Await.until("the end of the loops' threads", () -> !hasLoopThreads());
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean hasLoopThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().startsWith("loop-"));
  }
}
