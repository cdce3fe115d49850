package dev.signalbox.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.testkit.Await;
import dev.signalbox.testkit.TestCertificate;
import dev.signalbox.testkit.TestCertificate.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Certificates that are renewed again and again while clients come and go. */
@OnTwoLoops
final class TlsRotationTest {
  private static final int ROTATIONS = 100;
  private static final int CLIENTS = 3;
  private static final byte[] GET =
      Wire.get("/", "Connection: close").getBytes(StandardCharsets.ISO_8859_1);

  @TempDir Path folder;
  @RegisterExtension final Stage stage;
  private final TestCertificate root = TestCertificate.authority("Test Root");
  private final AtomicBoolean isOver = new AtomicBoolean();
  private final AtomicInteger served = new AtomicInteger();
  private final AtomicInteger keptOpen = new AtomicInteger();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

  TlsRotationTest(Machine machine) {
    stage = new Stage(machine);
  }

  @Test
  void hundredRotationsUnderLoadFailNoHandshakeAndCloseNoConnection() throws Exception {
    var files = issue(0).write(folder, "shop");
    stage.start(
        "listeners: { web: { bind: \"127.0.0.1:0\", tls: { watch: 5ms, certificates: ["
            + files
            + "] } } }\nroutes: [{ name: all, respond: { status: 200, body: hello } }]");
    var clients = new ArrayList<Thread>();
    for (int i = 0; i < CLIENTS; i++) {
      boolean resumes = i > 0;
      clients.add(Thread.ofPlatform().start(() -> comeAndGo(resumes)));
    }
    clients.add(Thread.ofPlatform().start(this::stay));
    Await.until("the first answers", () -> served.get() >= CLIENTS && keptOpen.get() > 0);
    for (int i = 1; i <= ROTATIONS; i++) {
      var next = issue(i);
      next.write(folder, "shop");
      Instant until = next.certificate().getNotAfter().toInstant();
      Await.until(
          "rotation " + i,
          Duration.ofSeconds(30),
          () -> shown().equals(until) || !failures.isEmpty());
    }
    int before = served.get();
    Await.until("answers with the last", () -> served.get() > before || !failures.isEmpty());
    isOver.set(true);
    for (var client : clients) {
      client.join();
    }
    assertThat(failures).isEmpty();
    assertThat(served).hasValueGreaterThan(ROTATIONS / 2);
  }

  /** Each is valid for another time, so that they are told apart. */
  private TestCertificate issue(int number) {
    return root.issue(
        Kind.EC, Instant.now().minus(Duration.ofHours(1)), 100 + number, "shop.example");
  }

  private Instant shown() {
    return stage.signalbox().certificates().get("web").getFirst().notAfter();
  }

  private void comeAndGo(boolean resumes) {
    SSLContext context = root.clientContext();
    try {
      while (!isOver.get()) {
        try (var socket = connect(context)) {
          socket.getOutputStream().write(GET);
          var response =
              new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
          assertThat(response).startsWith("HTTP/1.1 200 ").endsWith("hello");
          if (!resumes) {
            socket.getSession().invalidate();
          }
        }
        served.incrementAndGet();
      }
    } catch (IOException | RuntimeException | Error e) {
      failures.add(e);
    }
  }

  /** One connection over all certificates. */
  private void stay() {
    byte[] request = Wire.GET.getBytes(StandardCharsets.ISO_8859_1);
    try (var socket = connect(root.clientContext())) {
      while (!isOver.get()) {
        socket.getOutputStream().write(request);
        var response = new StringBuilder();
        while (response.indexOf("\r\n\r\nhello") < 0) {
          int next = socket.getInputStream().read();
          assertThat(next).as("a connection that stays open").isNotNegative();
          response.append((char) next);
        }
        keptOpen.incrementAndGet();
      }
    } catch (IOException | RuntimeException | Error e) {
      failures.add(e);
    }
  }

  private SSLSocket connect(SSLContext context) throws IOException {
    var socket =
        (SSLSocket)
            context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), stage.port());
    socket.setSoTimeout((int) Await.PATIENCE.toMillis());
    var parameters = socket.getSSLParameters();
    parameters.setServerNames(List.of(new javax.net.ssl.SNIHostName("shop.example")));
    socket.setSSLParameters(parameters);
    return socket;
  }
}
