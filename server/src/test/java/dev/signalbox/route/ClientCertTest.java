package dev.signalbox.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.signalbox.config.InvalidValue;
import dev.signalbox.route.ClientCertIs.Part;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What routes ask of a client's certificate, and how people write one down. */
class ClientCertTest {
  private static final String PRINT = "0123456789abcdef".repeat(4);

  private static boolean matches(Part part, TextTest test, String cert) {
    var request =
        OfflineRequest.of("GET", "https://a.test/").clientCert(ClientCert.parse(cert)).build();
    return new ClientCertIs(part, test).matches(request);
  }

  @Test
  void writtenCertificateIsReadPartByPart() {
    assertThat(
            ClientCert.parse(
                " subject = CN=box,O=Shop;san=box.example; san=10.0.0.7 ;fingerprint="
                    + "01:23:45:67:89:AB:CD:EF:".repeat(4).replaceFirst(":$", "")))
        .isEqualTo(new ClientCert("CN=box,O=Shop", List.of("box.example", "10.0.0.7"), PRINT));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "subject=",
        "subject=CN=a\\;b\\\\c; san=x\\;y",
        "subject=CN=box; san=spiffe://a/b?c=d",
        "subject=; san="
      })
  void writtenCertificateIsWrittenAsItWas(String text) {
    assertThat(ClientCert.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "box", "issuer=x", "fingerprint=abc", "subject=a;", "=b"})
  void whatIsNoCertificateIsSaid(String text) {
    assertThatThrownBy(() -> ClientCert.parse(text)).isInstanceOf(InvalidValue.class);
  }

  @Test
  void oneOfSeveralNamesIsEnoughAndTwoAreNeverTakenForOne() {
    var cert = "subject=CN=box; san=a.example; san=b.example";
    assertThat(matches(Part.SAN, new TextTest.Is("b.example", false), cert)).isTrue();
    assertThat(matches(Part.SAN, new TextTest.Suffix(".example", false), cert)).isTrue();
    assertThat(matches(Part.SAN, new TextTest.Contains("a.example, b", false), cert)).isFalse();
    assertThat(matches(Part.SAN, new TextTest.Present(), "subject=CN=box")).isFalse();
  }

  @Test
  void partsAreNotTakenForEachOther() {
    var cert = "subject=CN=box; san=a.example; fingerprint=" + PRINT;
    assertThat(matches(Part.SUBJECT, new TextTest.Is("CN=box", false), cert)).isTrue();
    assertThat(matches(Part.SUBJECT, new TextTest.Is("a.example", false), cert)).isFalse();
    assertThat(matches(Part.FINGERPRINT, new TextTest.Is(PRINT, false), cert)).isTrue();
    assertThat(matches(Part.FINGERPRINT, new TextTest.Is("CN=box", false), cert)).isFalse();
  }

  @Test
  void whoHasNoneMeetsNoConditionOnIt() {
    var request = OfflineRequest.get("https://a.test/");
    for (var part : Part.values()) {
      assertThat(new ClientCertIs(part, new TextTest.Present()).matches(request)).isFalse();
    }
  }
}
