package dev.signalbox.route;

import java.util.Set;
import java.util.TreeSet;

/** The client is in one of these continents; one that is not known is in none. */
public record ContinentIn(Set<String> continents) implements Match.Detail {
  public ContinentIn {
    continents = Set.copyOf(continents);
  }

  @Override
  public boolean matches(RouteRequest request) {
    var continent = request.continent();
    return continent != null && continents.contains(continent);
  }

  @Override
  public String subject() {
    return "continent";
  }

  @Override
  public String wanted() {
    return String.join(" or ", new TreeSet<>(continents));
  }

  @Override
  public String actual(RouteRequest request) {
    var continent = request.continent();
    return continent == null ? "" : continent;
  }

  @Override
  public String toString() {
    return subject() + " " + wanted();
  }
}
