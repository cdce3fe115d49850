package dev.signalbox.http.h2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples of RFC 7541 Appendix C, and what may not be decoded. */
class HpackVectorsTest {
  private static final List<String> FIRST =
      List.of(":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com");
  private static final List<String> SECOND =
      List.of(
          ":method: GET",
          ":scheme: http",
          ":path: /",
          ":authority: www.example.com",
          "cache-control: no-cache");
  private static final List<String> THIRD =
      List.of(
          ":method: GET",
          ":scheme: https",
          ":path: /index.html",
          ":authority: www.example.com",
          "custom-key: custom-value");
  private static final List<List<String>> RESPONSES =
      List.of(
          List.of(
              ":status: 302",
              "cache-control: private",
              "date: Mon, 21 Oct 2013 20:13:21 GMT",
              "location: https://www.example.com"),
          List.of(
              ":status: 307",
              "cache-control: private",
              "date: Mon, 21 Oct 2013 20:13:21 GMT",
              "location: https://www.example.com"),
          List.of(
              ":status: 200",
              "cache-control: private",
              "date: Mon, 21 Oct 2013 20:13:22 GMT",
              "location: https://www.example.com",
              "content-encoding: gzip",
              "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1"));

  private static final List<String> REQUESTS_PLAIN =
      List.of(
          "828684410f7777772e6578616d706c652e636f6d",
          "828684be58086e6f2d6361636865",
          "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565");
  private static final List<String> REQUESTS_HUFFMAN =
      List.of(
          "828684418cf1e3c2e5f23a6ba0ab90f4ff",
          "828684be5886a8eb10649cbf",
          "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf");
  private static final List<String> RESPONSES_PLAIN =
      List.of(
          "4803333032580770726976617465611d4d6f6e2c203231204f63742032303133"
              + "2032303a31333a323120474d546e1768747470733a2f2f7777772e6578616d70"
              + "6c652e636f6d",
          "4803333037c1c0bf",
          "88c1611d4d6f6e2c203231204f637420323031332032303a31333a323220474d"
              + "54c05a04677a69707738666f6f3d4153444a4b48514b425a584f5157454f5049"
              + "5541585157454f49553b206d61782d6167653d333630303b2076657273696f6e"
              + "3d31");
  private static final List<String> RESPONSES_HUFFMAN =
      List.of(
          "488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a6"
              + "2d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3",
          "4883640effc1c0bf",
          "88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab"
              + "77ad94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f"
              + "9587316065c003ed4ee5b1063d5007");

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }

  private static List<String> decode(HpackDecoder decoder, String block) throws HpackException {
    return Fields.decode(decoder, hex(block));
  }

  @Test
  void literalsOfEachKindAreDecoded() throws HpackException {
    var decoder = new HpackDecoder(4096);
    assertThat(decode(decoder, "400a637573746f6d2d6b65790d637573746f6d2d686561646572"))
        .containsExactly("custom-key: custom-header");
    assertThat(decode(decoder, "be")).containsExactly("custom-key: custom-header");
    assertThat(decode(decoder, "040c2f73616d706c652f70617468"))
        .containsExactly(":path: /sample/path");
    assertThat(decode(decoder, "82")).containsExactly(":method: GET");
    var fields = new Fields();
    byte[] secret = hex("100870617373776f726406736563726574");
    assertThat(decoder.decode(secret, 0, secret.length, 100, fields)).isEqualTo(8 + 6 + 32);
    assertThat(fields.list).containsExactly("password: secret");
    assertThat(fields.neverIndexed).isEqualTo(1);
  }

  @Test
  void requestsWithAndWithoutHuffmanAreDecoded() throws HpackException {
    for (List<String> blocks : List.of(REQUESTS_PLAIN, REQUESTS_HUFFMAN)) {
      var decoder = new HpackDecoder(4096);
      assertThat(decode(decoder, blocks.get(0))).isEqualTo(FIRST);
      assertThat(decode(decoder, blocks.get(1))).isEqualTo(SECOND);
      assertThat(decode(decoder, blocks.get(2))).isEqualTo(THIRD);
    }
  }

  @Test
  void responsesAreDecodedWhileATableOf256BytesEvicts() throws HpackException {
    for (List<String> blocks : List.of(RESPONSES_PLAIN, RESPONSES_HUFFMAN)) {
      var decoder = new HpackDecoder(256);
      for (int i = 0; i < 3; i++) {
        assertThat(decode(decoder, blocks.get(i))).isEqualTo(RESPONSES.get(i));
      }
      // Appendix C.5.3: what is left, newest first
      assertThat(decode(decoder, "bebfc0"))
          .containsExactly(
              "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1",
              "content-encoding: gzip",
              "date: Mon, 21 Oct 2013 20:13:22 GMT");
      assertThatThrownBy(() -> decode(decoder, "c1")).isInstanceOf(HpackException.class);
    }
  }

  @Test
  void requestsAreEncodedAsInTheExamples() {
    var encoder = new HpackEncoder();
    assertThat(Fields.encode(encoder, FIRST)).isEqualTo(hex(REQUESTS_HUFFMAN.get(0)));
    assertThat(Fields.encode(encoder, SECOND)).isEqualTo(hex(REQUESTS_HUFFMAN.get(1)));
    assertThat(Fields.encode(encoder, THIRD)).isEqualTo(hex(REQUESTS_HUFFMAN.get(2)));
  }

  @Test
  void eachBlockCutAtEachByteGivesFewerFieldsOrAnError() throws HpackException {
    for (List<String> blocks : List.of(RESPONSES_PLAIN, RESPONSES_HUFFMAN, REQUESTS_HUFFMAN)) {
      for (int last = 0; last < blocks.size(); last++) {
        byte[] whole = hex(blocks.get(last));
        for (int cut = 0; cut < whole.length; cut++) {
          var decoder = new HpackDecoder(256);
          for (int i = 0; i < last; i++) {
            decode(decoder, blocks.get(i));
          }
          List<String> all = Fields.decode(decoderAfter(blocks, last), whole);
          try {
            List<String> fields = Fields.decode(decoder, Arrays.copyOf(whole, cut));
            assertThat(fields).hasSizeLessThan(all.size()).isEqualTo(all.subList(0, fields.size()));
          } catch (HpackException expected) {
            assertThat(expected).hasMessageMatching(".*(cut off|longer than its block).*");
          }
        }
      }
    }
  }

  private static HpackDecoder decoderAfter(List<String> blocks, int count) throws HpackException {
    var decoder = new HpackDecoder(256);
    for (int i = 0; i < count; i++) {
      decode(decoder, blocks.get(i));
    }
    return decoder;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "80", // index 0
        "be", // beyond an empty table
        "ff80808080808080808000", // an integer of zeros without end
        "ffffffffff7f", // an integer that overflows
        "7e00", // a name beyond the table
        "823f00", // a size update after a field
        "3fe21f", // a size update to 4097
        "0084ffffffff00", // 32 ones: an end of string
        "0086aec3771a4bff00", // a byte of padding
        "00811800", // padding that is not of ones
        "000161", // no value
        "00", // no name
        "40", // no name
        "007f", // a length that is cut off
      })
  void whatBreaksTheFormatIsRefused(String block) {
    assertThatThrownBy(() -> decode(new HpackDecoder(4096), block))
        .isInstanceOf(HpackException.class)
        .hasMessageMatching("[a-z ]+( 0)?");
  }

  @Test
  void sizeUpdatesAtTheStartEmptyTheTable() throws HpackException {
    var decoder = new HpackDecoder(4096);
    decode(decoder, REQUESTS_PLAIN.get(0));
    assertThat(decode(decoder, "20" + "3fe11f" + "82")).containsExactly(":method: GET");
    assertThatThrownBy(() -> decode(decoder, "be")).isInstanceOf(HpackException.class);
  }

  @Test
  void aSmallerTableMustBeConfirmedInTheNextBlock() throws HpackException {
    var decoder = new HpackDecoder(4096);
    decoder.maxTableSize(100);
    assertThatThrownBy(() -> decode(decoder, "82")).hasMessageContaining("due");
    var confirmed = new HpackDecoder(4096);
    confirmed.maxTableSize(100);
    assertThat(decode(confirmed, "3f4582")).containsExactly(":method: GET");
    assertThatThrownBy(() -> decode(confirmed, "3f46")).hasMessageContaining("allowed");
  }

  @Test
  void fieldsBeyondTheLimitAreCountedAndKeptInTheTableButNotGiven() throws HpackException {
    var decoder = new HpackDecoder(4096);
    byte[] block = hex(REQUESTS_PLAIN.get(0));
    var fields = new Fields();
    long size = decoder.decode(block, 0, block.length, 100, fields);
    assertThat(size).isEqualTo(10 + 11 + 6 + 25 + 4 * 32);
    assertThat(fields.list).containsExactly(":method: GET", ":scheme: http");
    assertThat(decode(decoder, "be")).containsExactly(":authority: www.example.com");
  }

  @Test
  void aBombOfReferencesCostsNothingBeyondTheLimit() throws HpackException {
    var decoder = new HpackDecoder(4096);
    var block = new byte[4000 + 60_000];
    block[0] = 0x40;
    block[1] = 1;
    block[2] = 'a';
    block[3] = 0x7f; // a value of 127 + 3865 bytes
    block[4] = (byte) (3865 & 0x7f | 0x80);
    block[5] = (byte) (3865 >> 7);
    Arrays.fill(block, 6, 6 + 3992, (byte) 'x');
    Arrays.fill(block, 3998, block.length, (byte) 0xbe);
    var given = new int[1];
    long size = decoder.decode(block, 0, block.length, 64 * 1024, (_, _, _, _, _, _) -> given[0]++);
    assertThat(size).isEqualTo(4025L * (block.length - 3998 + 1));
    assertThat(given[0]).isEqualTo(16);
  }
}
