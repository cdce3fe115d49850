package dev.signalbox.net.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TicketKeysTest {
  @TempDir Path folder;
  private final Random random = new Random(7);

  private byte[] key(int length) {
    byte[] key = new byte[length];
    random.nextBytes(key);
    return key;
  }

  private static String base64(byte[] key) {
    return Base64.getEncoder().encodeToString(key);
  }

  @Test
  void fileHoldsOneKeyAsItIs() throws IOException {
    byte[] key = key(48);
    Path file = Files.write(folder.resolve("raw"), key);
    assertThat(TicketKeys.read(List.of(file)).keys()).containsExactly(key);
  }

  @Test
  void fileHoldsKeysInLines() throws IOException {
    byte[] one = key(48);
    byte[] two = key(48);
    Path file =
        Files.writeString(
            folder.resolve("lines"), "# new\r\n" + base64(one) + "\r\n\n" + base64(two));
    assertThat(TicketKeys.read(List.of(file)).keys()).containsExactly(one, two);
  }

  @Test
  void severalFilesCountInTheirOrder() throws IOException {
    byte[] one = key(48);
    byte[] two = key(80);
    Path first = Files.write(folder.resolve("first"), one);
    Path second = Files.writeString(folder.resolve("second"), base64(two));
    assertThat(TicketKeys.read(List.of(first, second)).keys())
        .hasSize(2)
        .startsWith(one)
        .allMatch(key -> key.length == TicketKeys.SIZE);
  }

  @Test
  void longKeyBecomesTheSameShortOneEverywhereAndEveryByteCounts() throws IOException {
    byte[] key = key(80);
    byte[] ours = shortened(key);
    assertThat(shortened(key)).isEqualTo(ours);
    assertThat(Arrays.copyOf(ours, 16)).as("the name").isEqualTo(Arrays.copyOf(key, 16));
    for (int i = 0; i < key.length; i++) {
      byte[] other = key.clone();
      other[i] ^= 1;
      assertThat(shortened(other)).isNotEqualTo(ours);
    }
  }

  private byte[] shortened(byte[] key) throws IOException {
    return TicketKeys.read(List.of(Files.write(folder.resolve("long"), key))).keys().getFirst();
  }

  @ParameterizedTest
  @CsvSource({
    "'', holds no keys",
    "'# none', holds no keys",
    "hello!, holds no keys",
    "AAAA, has 3 bytes of base64 on line 1"
  })
  void whatHoldsNoKeysIsRefused(String content, String why) throws IOException {
    Path file = Files.writeString(folder.resolve("bad"), content);
    assertThatThrownBy(() -> TicketKeys.read(List.of(file)))
        .isInstanceOf(IOException.class)
        .hasMessage(why);
  }

  @Test
  void twoKeysOfOneNameAreRefused() throws IOException {
    byte[] one = key(48);
    byte[] two = one.clone();
    two[47] ^= 1;
    Path file = Files.writeString(folder.resolve("twins"), base64(one) + "\n" + base64(two));
    assertThatThrownBy(() -> TicketKeys.read(List.of(file))).hasMessageContaining("its name");
  }

  @Test
  void lastTwoKeysStayWhenANewOneComes() {
    var secure = new SecureRandom();
    var keys = TicketKeys.random(secure, Duration.ofHours(12));
    byte[] first = keys.keys().getFirst();
    keys = keys.rotated(secure).rotated(secure);
    assertThat(keys.keys()).hasSize(3).endsWith(first);
    assertThat(keys.rotated(secure).keys()).hasSize(3).doesNotContain(first);
    assertThat(keys.lifetime()).isEqualTo(Duration.ofHours(24));
  }
}
