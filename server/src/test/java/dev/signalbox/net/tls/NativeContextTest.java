package dev.signalbox.net.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.testkit.TestCertificate;
import dev.signalbox.testkit.TestCertificate.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Memory outside the heap, which nobody else watches. */
class NativeContextTest {
  @TempDir Path folder;
  private NativeContext context;

  @BeforeEach
  void make() throws IOException, BadCertificate {
    var certificate = TestCertificate.authority("Test Root").issue(Kind.EC, "shop.example");
    var config = TlsWire.config(folder, certificate);
    var loaded = TlsCertificate.load(config.certificates().getFirst(), Instant.now());
    context =
        NativeContext.server(
            List.of(loaded), config.policy(), List.of("http/1.1"), new byte[] {1}, null);
  }

  @Test
  void contextLivesAsLongAsTheLastOfItsEngines() throws IOException {
    var one = NativeEngine.of(context);
    var two = NativeEngine.of(context);
    assertThat(context.references()).isEqualTo(3);
    context.release(); // by its owner: a new certificate has come
    one.release();
    one.release();
    assertThat(context.references()).as("a second release is none").isEqualTo(1);
    two.release();
    assertThat(context.references()).isZero();
  }

  @Test
  void connectionsLetGoOfTheirEnginesHoweverTheyEnd() {
    var authority = TestCertificate.authority("Test Root");
    var config = TlsWire.config(folder, authority.issue(Kind.EC, "shop.example"));
    var server =
        TlsWire.open("web", config, TlsIdentity.Engine.BORINGSSL, java.time.InstantSource.system());
    var identity = server.identities().shown().first();
    try (server) {
      for (int i = 0; i < 6; i++) {
        try (var wire = new TlsWire(server, authority.clientContext(), "shop.example")) {
          wire.keepServer();
          switch (i) {
            case 0 -> wire.give(wire.clientSays(""), 0); // and goes away in the handshake
            case 1 -> wire.handshake(1);
            case 2 -> wire.handshake(0).secure().reset();
            case 3 -> wire.handshake(0).secure().closeAfterFlush();
            case 4 -> wire.handshake(0).give(new byte[] {23, 3, 3, 0, 1, 0}, 0);
            default -> wire.give(new byte[] {22, 3, 1, 0, 6, 1, 0, 0, 2, 3, 3}, 0);
          }
        }
      }
      assertThat(identity.references()).isEqualTo(1);
    }
    assertThat(identity.references()).isZero();
    context.release();
  }
}
