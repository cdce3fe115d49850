package dev.signalbox.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signalbox.listener.ProxyHeader.Absent;
import dev.signalbox.listener.ProxyHeader.Broken;
import dev.signalbox.listener.ProxyHeader.Header;
import dev.signalbox.listener.ProxyHeader.Incomplete;
import dev.signalbox.net.Proxied;
import io.netty.buffer.Unpooled;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers of the PROXY protocol: the two versions, whole and cut, right and nearly right. */
class ProxyHeaderTest {
  private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
  private static final String IPV4 = "c0000201" + "0a000001" + "d431" + "01bb";
  private static final byte[] V2 = v2("21", "11", IPV4);

  private static byte[] v2(String command, String family, String rest) {
    int length = rest.length() / 2;
    return HexFormat.of()
        .parseHex(SIGNATURE + command + family + HexFormat.of().toHexDigits((short) length) + rest);
  }

  private static String field(int type, String hex) {
    var digits = HexFormat.of();
    return digits.toHexDigits((byte) type) + digits.toHexDigits((short) (hex.length() / 2)) + hex;
  }

  private static String hex(String text) {
    return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static ProxyHeader.Result read(byte[] bytes) {
    var in = Unpooled.buffer().writeByte('x').writeBytes(bytes).skipBytes(1); // not from offset 0
    try {
      return ProxyHeader.read(in);
    } finally {
      assertThat(in.readableBytes()).isEqualTo(bytes.length);
      in.release();
    }
  }

  /** Reads a whole header, in every cut, and with something behind it. */
  private static Header whole(byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      assertThat(read(Arrays.copyOf(bytes, i)))
          .as("the first %d bytes", i)
          .isEqualTo(new Incomplete());
    }
    var behind = Arrays.copyOf(bytes, bytes.length + 5);
    assertThat(read(behind)).isEqualTo(read(bytes)).isInstanceOf(Header.class);
    var header = (Header) read(bytes);
    assertThat(header.length()).isEqualTo(bytes.length);
    return header;
  }

  private static Proxied proxied(byte[] bytes) {
    Proxied proxied = whole(bytes).proxied();
    if (proxied == null) {
      throw new AssertionError("nothing is told");
    }
    return proxied;
  }

  private static void assertBroken(byte[] bytes, String reason) {
    assertThat(read(bytes)).isInstanceOf(Broken.class).asString().contains(reason);
  }

  // --- version 1 ---

  @Test
  void aLineTellsTwoAddressesAndTwoPorts() {
    assertThat(proxied(bytes("PROXY TCP4 192.0.2.1 10.0.0.1 54321 443\r\n")))
        .isEqualTo(
            new Proxied(
                new InetSocketAddress("192.0.2.1", 54321),
                new InetSocketAddress("10.0.0.1", 443),
                false,
                null));
    assertThat(proxied(bytes("PROXY TCP6 2001:db8::1 ::1 0 65535\r\n")).client())
        .isEqualTo(new InetSocketAddress("2001:db8::1", 0));
  }

  @Test
  void unknownTellsNothingWhateverFollows() {
    for (String line :
        List.of("PROXY UNKNOWN\r\n", "PROXY UNKNOWN ffff::1 ffff::2 65535 65535\r\n")) {
      assertThat(whole(bytes(line)).proxied()).isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PROXY TCP4 192.0.2.1 10.0.0.1 54321 443\n",
        "PROXY TCP4 192.0.2.1 10.0.0.1 54321 443\r\r\n",
        "PROXY TCP4 192.0.2.1 10.0.0.1 54321\r\n",
        "PROXY TCP4 192.0.2.1 10.0.0.1 54321 443 1\r\n",
        "PROXY TCP4 192.0.2.1 10.0.0.1 54321 443 \r\n",
        "PROXY TCP4  192.0.2.1 10.0.0.1 54321 443\r\n",
        "PROXY TCP4 192.0.2.1 10.0.0.1 65536 443\r\n",
        "PROXY TCP4 192.0.2.1 10.0.0.1 01 443\r\n",
        "PROXY TCP4 192.0.2.1 10.0.0.1 +1 443\r\n",
        "PROXY TCP4 192.0.2.1 10.0.0.1 -1 443\r\n",
        "PROXY TCP4 192.0.2.256 10.0.0.1 54321 443\r\n",
        "PROXY TCP4 192.0.02.1 10.0.0.1 54321 443\r\n",
        "PROXY TCP4 192.0.1 10.0.0.1 54321 443\r\n",
        "PROXY TCP4 ::1 ::1 54321 443\r\n",
        "PROXY TCP6 192.0.2.1 10.0.0.1 54321 443\r\n",
        "PROXY TCP6 [::1] ::1 54321 443\r\n",
        "PROXY TCP6 ::1%eth0 ::1 54321 443\r\n",
        "PROXY TCP6 1::2::3 ::1 54321 443\r\n",
        "PROXY TCP4 shop.example 10.0.0.1 54321 443\r\n",
        "PROXY tcp4 192.0.2.1 10.0.0.1 54321 443\r\n",
        "PROXY UDP4 192.0.2.1 10.0.0.1 54321 443\r\n",
        "PROXY / HTTP/1.1\r\n",
        "PROXY \r\n",
      })
  void aLineThatIsNotExactlyOneIsBroken(String line) {
    assertThat(read(bytes(line))).isInstanceOf(Broken.class);
  }

  @Test
  void aLineEndsWithin107Bytes() {
    var longest = "PROXY UNKNOWN " + "x".repeat(91) + "\r\n";
    assertThat(longest).hasSize(107);
    assertThat(whole(bytes(longest)).proxied()).isNull();
    assertBroken(bytes("PROXY UNKNOWN " + "x".repeat(92) + "\r\n"), "more than 107 bytes");
    assertBroken(bytes("PROXY UNKNOWN " + "x".repeat(1000)), "more than 107 bytes");
  }

  // --- version 2 ---

  @Test
  void addressesOfEachFamilyAreTold() {
    assertThat(proxied(V2))
        .isEqualTo(
            new Proxied(
                new InetSocketAddress("192.0.2.1", 54321),
                new InetSocketAddress("10.0.0.1", 443),
                false,
                null));
    var ipv6 = "20010db8000000000000000000000001" + "00".repeat(15) + "01" + "0001" + "0002";
    assertThat(proxied(v2("21", "21", ipv6)).client())
        .isEqualTo(new InetSocketAddress("2001:db8::1", 1));
    assertThat(proxied(v2("21", "12", IPV4))).isEqualTo(proxied(V2)); // a client of QUIC
    var path = hex("/run/a.sock");
    var unix = path + "00".repeat(108 - 11) + "ff".repeat(108);
    assertThat(proxied(v2("21", "31", unix)).client())
        .isEqualTo(new DomainSocketAddress("/run/a.sock"));
  }

  @Test
  void localAndUnspecifiedTellNothing() {
    assertThat(whole(v2("20", "00", "")).proxied()).isNull();
    assertThat(whole(v2("20", "11", IPV4)).proxied()).isNull();
    assertThat(whole(v2("20", "ff", "abcdef")).proxied()).isNull(); // all to be ignored
    assertThat(whole(v2("21", "00", "")).proxied()).isNull();
    assertThat(whole(v2("21", "00", field(0x04, "0000"))).proxied()).isNull();
  }

  @Test
  void whatIsNotKnownOrTooShortIsBroken() {
    assertBroken(v2("22", "11", IPV4), "neither LOCAL nor PROXY");
    assertBroken(v2("11", "11", IPV4), "neither LOCAL nor PROXY");
    assertBroken(v2("21", "13", IPV4), "family");
    assertBroken(v2("21", "41", IPV4), "family");
    assertBroken(v2("21", "01", IPV4), "family");
    assertBroken(v2("21", "11", IPV4.substring(2)), "too short");
    assertBroken(v2("21", "21", IPV4), "too short");
    assertBroken(v2("21", "31", IPV4), "too short");
    var huge = v2("21", "11", IPV4);
    huge[14] = (byte) 0xff;
    assertBroken(huge, "a header of");
  }

  @Test
  void fieldsSayWhetherTheClientUsedTlsAndForWhichName() {
    var ssl =
        field(
            0x20,
            "01" + "00000000" + field(0x21, hex("TLSv1.3")) + field(0x23, hex("TLS_AES_128")));
    var fields = field(0x01, hex("h2")) + field(0x02, hex("Shop.Example")) + ssl;
    var told = proxied(v2("21", "11", IPV4 + fields + field(0xea, "00")));
    assertThat(told.isSecure()).isTrue();
    assertThat(told.serverName()).isEqualTo("shop.example");
    assertThat(proxied(v2("21", "11", IPV4 + field(0x20, "0000000000"))).isSecure()).isFalse();
    assertThat(proxied(v2("21", "11", IPV4 + field(0x02, hex("a b")))).serverName()).isNull();
  }

  @Test
  void fieldsThatDoNotFitAreBroken() {
    for (String fields :
        List.of(
            "01",
            "0100",
            "010001",
            field(0x01, "00") + "ff",
            field(0x20, "01000000"),
            field(0x20, "0100000000" + "21"),
            field(0x20, "0100000000" + "21000a00"),
            field(0x02, "61".repeat(256)),
            field(0x02, "61") + field(0x02, "62"),
            field(0x05, "00".repeat(129)),
            field(0x03, "0000"),
            field(0x03, "00000000"))) {
      assertThat(read(v2("21", "11", IPV4 + fields))).as(fields).isInstanceOf(Broken.class);
    }
  }

  @Test
  void aChecksumIsChecked() {
    var header = v2("21", "11", IPV4 + field(0x03, "00000000") + field(0x04, "00"));
    var checksum = new CRC32C();
    checksum.update(header);
    var value = HexFormat.of().toHexDigits((int) checksum.getValue());
    var right = v2("21", "11", IPV4 + field(0x03, value) + field(0x04, "00"));
    assertThat(proxied(right)).isEqualTo(proxied(V2));
    for (int i = 0; i < right.length; i++) {
      if (i == V2.length) {
        continue; // what says that there is a checksum
      }
      var wrong = right.clone();
      wrong[i] ^= 1;
      assertThat(read(wrong)).as("byte %d", i).isNotEqualTo(read(right));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\n",
        "\u0016\u0003\u0001",
        "PROXY\t",
        "PRI * HTTP/2.0",
        "\r\nGET"
      })
  void whatBeginsOtherwiseIsNoHeader(String text) {
    assertThat(read(bytes(text))).isEqualTo(new Absent());
  }

  // --- anything at all ---

  @Test
  void mutatedHeadersNeverReadBeyondTheirEndAndAreTheSameHoweverTheyAreCut() {
    var random = new Random(35);
    var seeds =
        List.of(
            V2,
            bytes("PROXY TCP4 192.0.2.1 10.0.0.1 54321 443\r\n"),
            bytes("PROXY TCP6 2001:db8::1 ::1 1 2\r\n"),
            v2("21", "11", IPV4 + field(0x20, "0100000000" + field(0x21, hex("TLSv1.3")))),
            v2("21", "31", "61".repeat(216)),
            v2("21", "21", "00".repeat(36) + field(0x02, hex("a.b")) + field(0x05, "0102")));
    var kinds = new ArrayList<Class<?>>();
    for (int round = 0; round < 200_000; round++) {
      var bytes = mutated(seeds.get(random.nextInt(seeds.size())), random);
      var result = read(bytes);
      kinds.add(result.getClass());
      if (result instanceof Header(int length, @Nullable Proxied _)) {
        assertThat(length).isBetween(1, bytes.length);
        var exact = Arrays.copyOf(bytes, length);
        assertThat(read(exact)).isEqualTo(result);
        assertThat(read(Arrays.copyOf(exact, random.nextInt(length)))).isEqualTo(new Incomplete());
      }
    }
    assertThat(kinds).contains(Header.class, Broken.class, Incomplete.class, Absent.class);
  }

  private static byte[] mutated(byte[] seed, Random random) {
    var out = new ByteArrayOutputStream();
    out.writeBytes(seed);
    for (int i = random.nextInt(4); i > 0; i--) {
      out.write(random.nextInt(256));
    }
    byte[] bytes = out.toByteArray();
    for (int i = random.nextInt(3); i > 0; i--) {
      int from = random.nextInt(4) == 0 ? 0 : 12;
      bytes[Math.min(bytes.length - 1, from + random.nextInt(bytes.length))] =
          (byte) (random.nextBoolean() ? random.nextInt(256) : random.nextInt(3));
    }
    return random.nextInt(5) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
  }
}
