package dev.signalbox.route;

import java.time.Instant;

/** The time is in this window. */
public record TimeIn(TimeWindow window) implements Match.Detail {
  @Override
  public boolean matches(RouteRequest request) {
    return window.contains(request.epochSeconds());
  }

  @Override
  public String subject() {
    return "time";
  }

  @Override
  public String wanted() {
    return window.toString();
  }

  /** As the clocks of the window show it. */
  @Override
  public String actual(RouteRequest request) {
    return window.shown(Instant.ofEpochSecond(request.epochSeconds()));
  }

  @Override
  public String toString() {
    return subject() + " " + wanted();
  }
}
