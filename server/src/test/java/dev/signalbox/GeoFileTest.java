package dev.signalbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.signalbox.config.ConfigException;
import dev.signalbox.route.GeoDatabase.Place;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GeoFileTest {
  private static final TinyGeoDatabase COUNTRIES =
      new TinyGeoDatabase("Tiny-Country")
          .with(
              "192.0.2.0/24",
              Map.of("country", Map.of("iso_code", "DE"), "continent", Map.of("code", "EU")))
          .with("198.51.100.0/25", Map.of("country", "US", "continent", "NA"))
          .with("203.0.113.7", Map.of("country_code", "jp"))
          .with("10.0.0.0/8", Map.of("registered_country", Map.of("iso_code", "FR")))
          .with("2001:db8::/32", Map.of("country", Map.of("iso_code", "BR")));

  @TempDir private Path folder;

  private static Place lookup(GeoFile geo, String address) throws IOException {
    return geo.lookup(InetAddress.getByName(address));
  }

  @Test
  void countriesAreFoundHoweverTheFileSaysThem() throws IOException {
    var geo = GeoFile.open(COUNTRIES.writeTo(folder.resolve("tiny.mmdb")));
    assertThat(lookup(geo, "192.0.2.1")).isEqualTo(new Place("DE", "EU"));
    assertThat(lookup(geo, "::ffff:192.0.2.255")).isEqualTo(new Place("DE", "EU"));
    assertThat(lookup(geo, "192.0.3.0")).isEqualTo(Place.UNKNOWN);
    assertThat(lookup(geo, "198.51.100.127")).isEqualTo(new Place("US", "NA"));
    assertThat(lookup(geo, "198.51.100.128")).isEqualTo(Place.UNKNOWN);
    assertThat(lookup(geo, "203.0.113.7")).isEqualTo(new Place("JP", null));
    assertThat(lookup(geo, "10.1.2.3")).isEqualTo(Place.UNKNOWN);
    assertThat(lookup(geo, "2001:db8::1")).isEqualTo(new Place("BR", null));
    assertThat(lookup(geo, "2001:db9::1")).isEqualTo(Place.UNKNOWN);
  }

  @Test
  void whatIsNoDatabaseIsRefused() throws IOException {
    var file = Files.writeString(folder.resolve("x.mmdb"), "not a database");
    assertThatThrownBy(() -> GeoFile.open(file)).isInstanceOf(IOException.class);
  }

  @Test
  void aBrokenDatabaseIsRefusedOrKnowsLessButNeverThrows() throws IOException {
    var whole = COUNTRIES.bytes();
    var random = new Random(23);
    var addresses =
        new InetAddress[] {
          InetAddress.getByName("192.0.2.1"),
          InetAddress.getByName("203.0.113.7"),
          InetAddress.getByName("2001:db8::1")
        };
    for (int i = 0; i < 2000; i++) {
      var broken = whole.clone();
      for (int count = 1 + random.nextInt(4); count > 0; count--) {
        broken[random.nextInt(broken.length)] = (byte) random.nextInt();
      }
      var file = Files.write(folder.resolve("broken.mmdb"), broken);
      GeoFile geo;
      try {
        geo = GeoFile.open(file);
      } catch (IOException e) {
        continue;
      }
      assertThatCode(
              () -> {
                for (var address : addresses) {
                  geo.lookup(address);
                }
              })
          .doesNotThrowAnyException();
    }
  }

  @Test
  void aRelativePathBeginsAtTheConfigurationsDirectory() throws IOException {
    Files.createDirectory(folder.resolve("geo"));
    COUNTRIES.writeTo(folder.resolve("geo/tiny.mmdb"));
    var file =
        Files.writeString(
            folder.resolve("signalbox.yaml"),
            """
            listeners: { web: { bind: ":8080" } }
            geo: { database: geo/tiny.mmdb }
            routes: [{ name: de, match: { country: de, continent: EU }, respond: 204 }]
            """);
    var config = ServerConfig.load(file, _ -> null);
    assertThat(config.geoDatabase()).isEqualTo(folder.resolve("geo/tiny.mmdb"));
    assertThat(config.routes().getFirst().match()).hasToString("country DE and continent EU");
    Files.delete(folder.resolve("geo/tiny.mmdb"));
    assertThatThrownBy(() -> ServerConfig.load(file, _ -> null))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("does not exist");
  }
}
