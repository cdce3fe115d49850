package dev.signalbox.route;

import dev.signalbox.config.InvalidValue;
import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Countries and continents as a configuration writes them. */
final class Countries {
  private static final Set<String> CODES =
      Locale.getISOCountries(Locale.IsoCountryCode.PART1_ALPHA2);
  private static final String KOSOVO = "XK"; // not in ISO 3166, but in every database

  private static final Map<String, String> CONTINENTS =
      Map.of(
          "AF", "africa",
          "AN", "antarctica",
          "AS", "asia",
          "EU", "europe",
          "NA", "north america",
          "OC", "oceania",
          "SA", "south america");

  /** What the conditions need at the top of the file. */
  private static final String GEO = "geo";

  private static final String GEO_EXPECTED = "geo: { database: FILE } at the top of the file";

  static final Shape<Set<String>> COUNTRY_SHAPE =
      Shapes.needing(
          GEO,
          GEO_EXPECTED,
          ConditionKeys.some(
                  Shapes.value("country", "^[A-Za-z]{2}$", List.of("DE", "US"), Countries::country))
              .map(Set::copyOf));

  static final Shape<Set<String>> CONTINENT_SHAPE =
      Shapes.needing(
          GEO,
          GEO_EXPECTED,
          ConditionKeys.some(
                  Shapes.value(
                      "continent", "^[A-Za-z]{2}$", List.of("EU", "NA"), Countries::continent))
              .map(Set::copyOf));

  private Countries() {}

  private static String country(String text) {
    var code = text.toUpperCase(Locale.ROOT);
    if (CODES.contains(code) || code.equals(KOSOVO)) {
      return code;
    }
    var byName =
        CODES.stream()
            .filter(c -> Locale.of("", c).getDisplayCountry(Locale.ENGLISH).equalsIgnoreCase(text))
            .findFirst();
    throw new InvalidValue(
        text,
        "is no country",
        byName.orElse(code.equals("UK") ? "GB" : "a code of ISO 3166 with two letters, like DE"));
  }

  private static String continent(String text) {
    var code = text.toUpperCase(Locale.ROOT);
    if (CONTINENTS.containsKey(code)) {
      return code;
    }
    var name = text.toLowerCase(Locale.ROOT);
    throw new InvalidValue(
        text,
        "is no continent",
        CONTINENTS.entrySet().stream()
            .filter(continent -> continent.getValue().equals(name))
            .map(Map.Entry::getKey)
            .findFirst()
            .orElse("one of AF, AN, AS, EU, NA, OC, SA"));
  }
}
