package dev.signalbox.route;

import java.util.Set;
import java.util.TreeSet;

/** The client is in one of these countries; one that is not known is in none. */
public record CountryIn(Set<String> countries) implements Match.Detail {
  public CountryIn {
    countries = Set.copyOf(countries);
  }

  @Override
  public boolean matches(RouteRequest request) {
    var country = request.country();
    return country != null && countries.contains(country);
  }

  @Override
  public String subject() {
    return "country";
  }

  @Override
  public String wanted() {
    return String.join(" or ", new TreeSet<>(countries));
  }

  @Override
  public String actual(RouteRequest request) {
    var country = request.country();
    return country == null ? "" : country;
  }

  @Override
  public String toString() {
    return subject() + " " + wanted();
  }
}
