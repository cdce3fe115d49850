package dev.signalbox.analysis;

import dev.signalbox.route.Captures;
import dev.signalbox.route.OfflineRequest;
import dev.signalbox.route.WrittenRequest;
import org.jspecify.annotations.Nullable;

/**
 * Where a request goes. Immutable.
 *
 * @param arrival where it came in
 * @param rule that takes it, or null
 * @param captures those of the rule's match
 * @param isBeforeRoutes whether the listener decides, and routes are not asked
 */
public record Decision(
    WrittenRequest asked,
    OfflineRequest request,
    Arrival arrival,
    @Nullable Rule rule,
    Captures captures,
    Outcome outcome,
    boolean isBeforeRoutes) {
  /**
   * A listener and why it is that one.
   *
   * @param why for people
   */
  public record Arrival(Entrance listener, String why) {}
}
