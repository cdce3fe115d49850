package dev.signalbox;

import com.maxmind.db.CHMCache;
import com.maxmind.db.Reader;
import dev.signalbox.config.InvalidValue;
import dev.signalbox.config.ObjectShape;
import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;
import dev.signalbox.route.GeoDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A database of countries in MaxMind's format, read into memory as a whole: nobody waits for the
 * disk, and the file may be replaced meanwhile. Any thread may ask.
 *
 * <p>It understands the three ways in which such files say it: {@code country.iso_code} and {@code
 * continent.code} (MaxMind, DB-IP), {@code country} and {@code continent} (IPinfo), and {@code
 * country_code} and {@code continent_code}.
 */
final class GeoFile implements GeoDatabase {
  private static final Set<String> CONTINENTS = Set.of("AF", "AN", "AS", "EU", "NA", "OC", "SA");
  private static final String EXPECTED = "a database file in MaxMind's format (.mmdb)";

  /** The path of a database that can be read. */
  static final Shape<Path> SHAPE =
      Shapes.providing(
          "geo",
          ObjectShape.of(
              "Where clients are, for routes that ask for their country or continent.",
              keys -> {
                var database =
                    keys.required(
                        "database",
                        Shapes.file("the path of a database file", GeoFile::check),
                        "A file in MaxMind's format with countries, like GeoLite2-Country.mmdb."
                            + " A relative path begins at the directory of this file.");
                return values -> values.get(database);
              }));

  private final Reader reader;

  private GeoFile(Reader reader) {
    this.reader = reader;
  }

  /**
   * Reads a database. Blocks: for control only.
   *
   * @throws IOException if it can't be read, or is none
   */
  static GeoFile open(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return new GeoFile(new Reader(in, new CHMCache()));
    } catch (RuntimeException e) { // a broken file may lead the reader anywhere
      throw new IOException("not a database", e);
    }
  }

  private static void check(Path file) {
    var text = file.toString();
    if (!Files.exists(file)) {
      throw new InvalidValue(text, "does not exist", EXPECTED);
    }
    if (!Files.isRegularFile(file)) {
      throw new InvalidValue(text, "is not a regular file", EXPECTED);
    }
    if (!Files.isReadable(file)) {
      throw new InvalidValue(text, "may not be read", "a file that signalbox may read");
    }
    try {
      open(file);
    } catch (IOException _) {
      throw new InvalidValue(text, "is no database", EXPECTED);
    }
  }

  @Override
  public Place lookup(InetAddress address) {
    Map<?, ?> found;
    try {
      found = reader.get(address, Map.class);
    } catch (IOException | RuntimeException _) {
      return Place.UNKNOWN; // the file is broken there, or has no addresses of this kind
    }
    if (found == null) {
      return Place.UNKNOWN;
    }
    var country = code(found, "country", "iso_code");
    var continent = code(found, "continent", "code");
    return new Place(
        country, continent != null && CONTINENTS.contains(continent) ? continent : null);
  }

  /** {@code country: {iso_code: DE}}, {@code country: DE} or {@code country_code: DE}. */
  private static @Nullable String code(Map<?, ?> found, String key, String inner) {
    Object value = found.get(key);
    if (value instanceof Map<?, ?> map) {
      value = map.get(inner);
    }
    if (!(value instanceof String text) || text.length() != 2) {
      value = found.get(key + "_code");
    }
    return value instanceof String text && text.length() == 2
        ? text.toUpperCase(Locale.ROOT)
        : null;
  }
}
