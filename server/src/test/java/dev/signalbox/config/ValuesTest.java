package dev.signalbox.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {
  private static final int ROUNDS = 1_000;
  private static final String ALPHABET = "0123456789abcdefgBKMGTism:./[]%*- ,";

  @ParameterizedTest
  @CsvSource({
    "500ms, 500",
    "2s, 2000",
    "5m, 300000",
    "1h, 3600000",
    "1d, 86400000",
    "1m30s, 90000",
    "1d2h3m4s5ms, 93784005",
    "0s, 0",
    "90s, 90000",
    "007s, 7000"
  })
  void durationIsTheSumOfItsParts(String text, long millis) {
    assertThat(DurationText.parse(text)).isEqualTo(Duration.ofMillis(millis));
  }

  @Test
  void durationsSurviveTheirText() {
    var random = new Random(1);
    for (int i = 0; i < ROUNDS; i++) {
      var duration = Duration.ofMillis(random.nextLong(1L << random.nextInt(1, 41)));
      assertThat(DurationText.parse(DurationText.text(duration))).isEqualTo(duration);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "512B, 512",
    "8KB, 8192",
    "8KiB, 8192",
    "1MB, 1048576",
    "1GiB, 1073741824",
    "0B, 0",
    "4194303TB, 4611684918915760128"
  })
  void kilobyteIs1024Bytes(String text, long bytes) {
    assertThat(Bytes.parse(text)).isEqualTo(new Bytes(bytes));
  }

  @Test
  void sizesSurviveTheirText() {
    var random = new Random(2);
    for (int i = 0; i < ROUNDS; i++) {
      var bytes = new Bytes(random.nextLong(1L << random.nextInt(42)) << random.nextInt(20));
      assertThat(Bytes.parse(bytes.toString())).isEqualTo(bytes);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"5/m", "5/s", "100/10s", "240B/s", "10KB/s", "1/1m30s", "7/d", "3MB/250ms"})
  void ratesSurviveTheirText(String text) {
    assertThat(Rate.parse(text)).hasToString(text);
  }

  @Test
  void rateKnowsWhatItCounts() {
    assertThat(Rate.parse("5/m")).isEqualTo(new Rate(5, false, Duration.ofMinutes(1)));
    assertThat(Rate.parse("2KB/s")).isEqualTo(new Rate(2048, true, Duration.ofSeconds(1)));
    assertThat(Rate.parse("9/1s")).hasToString("9/s");
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.1:80, 10.0.0.1, 80",
    "[::1]:80, ::1, 80",
    ":8080, '', 8080",
    "localhost:9000, localhost, 9000",
    "LOCALHOST:1, localhost, 1",
    "127.0.0.1:0, 127.0.0.1, 0",
    "[2001:DB8:0:0:0:0:0:1]:443, 2001:db8::1, 443",
    "[fe80::1%eth0]:80, fe80::1%eth0, 80",
    "a-b.c_d.example:65535, a-b.c_d.example, 65535",
    "[::]:80, ::, 80"
  })
  void addressHasHostAndPort(String text, String host, int port) {
    assertThat(Address.parse(text)).isEqualTo(new Address.Tcp(host, port));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {":80", "10.0.0.1:80", "[::1]:80", "[1:0:0:2::]:1", "x.example:9", "unix:/run/a b"})
  void addressesSurviveTheirText(String text) {
    assertThat(Address.parse(text)).hasToString(text);
    assertThat(Address.parse(Address.parse(text).toString())).isEqualTo(Address.parse(text));
  }

  @ParameterizedTest
  @CsvSource({
    ":80, 0.0.0.0:80, true", "0.0.0.0:80, :80, true", "[::]:80, [::1]:80, true",
    "0.0.0.0:80, [::]:80, false", "0.0.0.0:80, 10.0.0.1:80, true",
        "10.0.0.1:80, 10.0.0.2:80, false",
    "10.0.0.1:80, 10.0.0.1:81, false", "localhost:80, 127.0.0.1:80, true", ":0, :0, false",
    "unix:/a, unix:/a, true", "unix:/a, unix:/b, false", "unix:/a, :80, false"
  })
  void addressesOverlapIfBothCannotBeBound(String one, String two, boolean overlap) {
    assertThat(Address.parse(one).overlaps(Address.parse(two))).isEqualTo(overlap);
    assertThat(Address.parse(two).overlaps(Address.parse(one))).isEqualTo(overlap);
  }

  @Test
  void networkContainsWhatItsPrefixSays() throws Exception {
    var random = new Random(3);
    for (int i = 0; i < ROUNDS; i++) {
      var network = new byte[random.nextBoolean() ? 4 : 16];
      random.nextBytes(network);
      int prefix = random.nextInt(network.length * 8 + 1);
      clearAfter(network, prefix);
      var text = InetAddress.getByAddress(network).getHostAddress() + "/" + prefix;
      var cidr = Cidr.parse(text);
      assertThat(Cidr.parse(cidr.toString())).isEqualTo(cidr);

      var address = network.clone();
      for (int bit = prefix; bit < address.length * 8; bit++) {
        address[bit / 8] ^= (byte) ((random.nextBoolean() ? 0x80 : 0) >> (bit % 8));
      }
      assertThat(cidr.contains(address)).as(text).isTrue();
      if (prefix > 0) {
        int bit = random.nextInt(prefix);
        address[bit / 8] ^= (byte) (0x80 >> (bit % 8));
        assertThat(cidr.contains(address)).as(text).isFalse();
      }
    }
  }

  @Test
  void clientIsTheSameInIpv4AndMappedIntoIpv6() {
    var mapped = new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 10, 1, 2, 3};
    assertThat(Cidr.parse("10.0.0.0/8").contains(mapped)).isTrue();
    assertThat(Cidr.parse("::ffff:10.0.0.0/104")).isEqualTo(Cidr.parse("10.0.0.0/8"));
    assertThat(Cidr.parse("::/0").contains(mapped)).isFalse();
    assertThat(Cidr.parse("::/0").contains(new byte[] {10, 1, 2, 3})).isFalse();
    assertThat(Cidr.parse("::/0").contains(new byte[16])).isTrue();
    assertThat(Cidr.parse("0.0.0.0/0").contains(mapped)).isTrue();
    assertThat(Cidr.parse("0.0.0.0/0").contains(new byte[16])).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "1:2:3:4:5:6:7:8, 1:2:3:4:5:6:7:8",
    "0:0:1:0:0:0:1:0, 0:0:1::1:0",
    "::, ::",
    "1::, 1::",
    "::1, ::1",
    "1:0:2:3:4:5:6:7, 1:0:2:3:4:5:6:7",
    "0:0:0:1:0:0:0:1, ::1:0:0:0:1"
  })
  void ipv6IsWrittenAsRfc5952Says(String text, String canonical) {
    assertThat(Cidr.parse(text)).hasToString(canonical);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        ":1:2:3:4:5:6:7",
        "1::2::3",
        "12345::",
        ":::",
        "1:",
        "::1.2.3",
        "1.2.3.4::",
        "g::",
        "1.2.3",
        "1.2.3.4.5",
        "01.2.3.4",
        "1.2.3.256",
        "1..2.3",
        "1.2.3.4 ",
        "",
        "1:2:3:4:5:6:7::8",
        "٣::"
      })
  void whatIsNoAddressIsNoNetwork(String text) {
    assertThatThrownBy(() -> Cidr.parse(text)).isInstanceOf(InvalidValue.class);
  }

  @Test
  void everyTextIsReadOrRefusedAndReadTheSameAgain() {
    var random = new Random(4);
    for (int i = 0; i < 10 * ROUNDS; i++) {
      var text = new StringBuilder();
      for (int length = random.nextInt(12); length >= 0; length--) {
        text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
      }
      isStable(text.toString(), DurationText::parse, DurationText::text);
      isStable(text.toString(), Bytes::parse, Bytes::toString);
      isStable(text.toString(), Rate::parse, Rate::toString);
      isStable(text.toString(), Cidr::parse, Cidr::toString);
      isStable(text.toString(), Address::parse, Address::toString);
    }
  }

  private static <T> void isStable(
      String text, Function<String, T> parse, Function<T, String> write) {
    T value;
    try {
      value = parse.apply(text);
    } catch (InvalidValue e) {
      assertThat(e.expected()).isNotBlank();
      return;
    }
    assertThat(parse.apply(write.apply(value))).as(text).isEqualTo(value);
  }

  private static void clearAfter(byte[] bytes, int prefix) {
    for (int bit = prefix; bit < bytes.length * 8; bit++) {
      bytes[bit / 8] &= (byte) ~(0x80 >> (bit % 8));
    }
  }
}
