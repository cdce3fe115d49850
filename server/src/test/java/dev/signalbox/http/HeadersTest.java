package dev.signalbox.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HeadersTest {
  @Test
  void fieldsAreFoundInAnyCaseAndInOrder() {
    var headers = new Headers();
    headers.add("Via", "1");
    headers.add("X-Mine", "2");
    headers.add("vIA", "3");
    assertThat(headers.find(KnownHeader.VIA)).isZero();
    assertThat(headers.find(KnownHeader.VIA, 1)).isEqualTo(2);
    assertThat(headers.find(KnownHeader.VIA, 3)).isEqualTo(-1);
    assertThat(headers.get("x-MINE")).isEqualTo("2");
    assertThat(headers.get(KnownHeader.HOST)).isNull();
    assertThat(headers.known(0)).isEqualTo(KnownHeader.VIA);
    assertThat(headers.known(1)).isNull();
  }

  @Test
  void removedFieldsAreGoneForEveryQuestion() {
    var headers = new Headers();
    headers.add("Via", "1");
    headers.add("X-Mine", "2");
    headers.add("VIA", "3");
    headers.remove(KnownHeader.VIA);
    headers.removeNamed(headers.nameStart(1), headers.nameEnd(1));
    assertThat(headers.has(KnownHeader.VIA)).isFalse();
    assertThat(headers.get("via")).isNull();
    assertThat(headers.get("x-mine")).isNull();
    assertThat(headers.toString()).isEmpty();
  }

  @Test
  void aClearedInstanceRemembersNothing() {
    var headers = new Headers();
    headers.add("Via", "x".repeat(20_000));
    headers.clear();
    assertThat(headers.size()).isZero();
    assertThat(headers.length()).isZero();
    assertThat(headers.has(KnownHeader.VIA)).isFalse();
    assertThat(headers.bytes()).hasSizeLessThan(10_000);
    headers.add("A", "b");
    assertThat(headers).hasToString("A: b\n");
  }

  @Test
  void aValueMayComeFromTheVeryBytesOfTheBlock() {
    var headers = new Headers();
    headers.add("A", "x".repeat(1_000)); // the block grows while it is copied from
    for (int i = 0; i < 20; i++) {
      headers.add(Ascii.bytes("B"), headers.bytes(), headers.valueStart(0), headers.valueEnd(0));
    }
    for (int i = 0; i < headers.size(); i++) {
      assertThat(headers.value(i)).isEqualTo("x".repeat(1_000));
    }
  }

  @Test
  void doesWhatAListOfFieldsDoes() {
    var random = new Random(42);
    var headers = new Headers();
    var model = new ArrayList<Map.Entry<String, String>>();
    String[] names = {"Via", "VIA", "Host", "Cookie", "X-A", "x-a", "X-Request-Id", "Te", "B"};
    for (int step = 0; step < 20_000; step++) {
      var name = names[random.nextInt(names.length)];
      var lower = name.toLowerCase(Locale.ROOT);
      switch (random.nextInt(20)) {
        case 0 -> {
          headers.clear();
          model.clear();
        }
        case 1, 2 -> {
          int entry = headers.find(Ascii.bytes(lower), 0);
          var first = model.stream().filter(f -> f.getKey().equalsIgnoreCase(lower)).findFirst();
          assertThat(entry >= 0).isEqualTo(first.isPresent());
          if (entry >= 0) {
            headers.remove(entry);
            model.remove(first.orElseThrow());
          }
        }
        case 3 -> {
          var known = KnownHeader.find(name);
          if (known != null) {
            headers.remove(known);
            model.removeIf(f -> f.getKey().equalsIgnoreCase(lower));
          }
        }
        default -> {
          var value = Integer.toString(step); // never two equal fields
          headers.add(name, value);
          model.add(Map.entry(name, value));
        }
      }
      var expected = new StringBuilder();
      model.forEach(
          f -> expected.append(f.getKey()).append(": ").append(f.getValue()).append('\n'));
      assertThat(headers).hasToString(expected.toString());
      assertThat(headers.get(name))
          .isEqualTo(
              model.stream()
                  .filter(f -> f.getKey().equalsIgnoreCase(name))
                  .map(Map.Entry::getValue)
                  .findFirst()
                  .orElse(null));
    }
  }
}
