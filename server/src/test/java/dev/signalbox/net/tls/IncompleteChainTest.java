package dev.signalbox.net.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.testkit.TestCertificate;
import dev.signalbox.testkit.TestCertificate.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of chains that clients may not be able to complete, and how loudly. */
class IncompleteChainTest {
  private static final String ISSUERS = "http://ca.example/middle.crt";

  @TempDir Path folder;
  private final TestCertificate root = TestCertificate.authority("Root");
  private final List<String> said = new ArrayList<>();
  private final Logger log = Logger.getLogger(WatchedCertificate.class.getName());
  private final Handler ear =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          said.add(line.getLevel() + " " + new SimpleFormatter().formatMessage(line));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void listen() {
    log.addHandler(ear);
  }

  @AfterEach
  void stop() {
    log.removeHandler(ear);
  }

  private WatchedCertificate watched(TestCertificate certificate) throws BadCertificate {
    certificate.write(folder, "cert0");
    var files = new TlsConfig.Files(folder.resolve("cert0.crt"), folder.resolve("cert0.key"));
    return WatchedCertificate.ofListener("web", files, Instant.now());
  }

  private static List<X509Certificate> known(TestCertificate... roots) {
    return List.of(roots).stream().map(TestCertificate::certificate).toList();
  }

  @Test
  void missingIssuerThatIsToBeHadSomewhereIsAWarning() throws BadCertificate {
    watched(root.issueWithIssuersAt(ISSUERS, "shop.example")).warnOfGap(known());
    assertThat(said).singleElement().asString().startsWith(Level.WARNING.getName());
    assertThat(said.getFirst())
        .contains("cert0.crt: the chain is incomplete: CN=Root issued the last certificate");
  }

  @Test
  void warningComesAgainWithEachChangeUntilItIsMended() throws BadCertificate {
    var certificate = watched(root.issueWithIssuersAt(ISSUERS, "shop.example"));
    certificate.warnOfGap(known());
    certificate.warnOfGap(known());
    assertThat(said).hasSize(2);
  }

  @Test
  void authorityOfOnesOwnIsANoteAndOnlyOnce() throws IOException, BadCertificate {
    var certificate = watched(root.issue(Kind.EC, "shop.example"));
    certificate.warnOfGap(known());
    root.issue(Kind.EC, "shop.example").write(folder, "cert0");
    assertThat(certificate.look(Instant.now())).isTrue();
    certificate.warnOfGap(known());
    assertThat(said)
        .singleElement()
        .asString()
        .startsWith(Level.INFO.getName())
        .endsWith(
            "issued under CN=Root, which is no root that this machine knows; clients must know it");
  }

  @Test
  void chainWithAnOwnAuthorityInBetweenIsANote() throws BadCertificate {
    watched(root.subordinate("Middle").issue(Kind.EC, "shop.example")).warnOfGap(known());
    assertThat(said).singleElement().asString().startsWith(Level.INFO.getName());
  }

  @Test
  void nothingIsSaidWhereTheRootIsKnown() throws BadCertificate {
    watched(root.issueWithIssuersAt(ISSUERS, "shop.example")).warnOfGap(known(root));
    assertThat(said).isEmpty();
  }

  @Test
  void nothingIsSaidOfWhatIsSelfSigned() throws BadCertificate {
    watched(TestCertificate.selfSigned(Kind.EC, "localhost")).warnOfGap(known());
    assertThat(said).isEmpty();
  }
}
