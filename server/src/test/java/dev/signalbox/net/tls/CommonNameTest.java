package dev.signalbox.net.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The common name in a certificate's subject, as RFC 4514 writes it. */
class CommonNameTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      textBlock =
          """
          CN=box                          | box
          CN=Box 7,OU=Tills,O=Shop        | Box 7
          O=Shop,OU=Tills                 | none
          ''                              | none
          OU=a+CN=box,O=Shop              | box
          CN=last,CN=first,O=Shop         | first
          CN=a\\,b\\+c,O=Shop             | a,b+c
          CN=K\u00f6ln                    | K\u00f6ln
          O=CN\\=evil,CN=good             | good
          2.5.4.5=#130131,CN=box          | box
          """)
  void isReadFromTheSubject(String subject, String name) {
    var certificate = new ClientCertificate(subject, List.of(), "", List.of());
    assertThat(certificate.commonName()).isEqualTo(name);
  }
}
