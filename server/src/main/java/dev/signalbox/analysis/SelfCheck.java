package dev.signalbox.analysis;

import dev.signalbox.route.Match;
import dev.signalbox.route.OfflineRequest;
import dev.signalbox.route.Route;
import dev.signalbox.route.RouteTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whether the compiled table finds what the list of routes means: both are asked about the same
 * requests. A difference is a bug of ours. Belongs to the thread that asks.
 */
public final class SelfCheck<V> {
  /** Of a list that there is no time for, routes all along it are looked at. */
  private static final int STRIDE = 16;

  private static final int BOXES_CHECKED = 4;
  private static final int REQUESTS_CHECKED = 3;

  private final RouteTable<V> table;
  private final HostLists<V> linear;
  private final Members members = new Members();
  private final Map<Match, Spaces> known = new HashMap<>();
  private final List<Disagreement> disagreements = new ArrayList<>();

  private SelfCheck(RouteTable<V> table, List<Route<V>> file) {
    this.table = table;
    this.linear = new HostLists<>(file);
  }

  /**
   * A request for which the two differ.
   *
   * @param compiled the route that the table finds, or null
   * @param linear the route that the list finds, or null
   */
  public record Disagreement(Witness witness, @Nullable String compiled, @Nullable String linear) {
    @Override
    public String toString() {
      return witness
          + ": the compiled table finds "
          + (compiled == null ? "none" : compiled)
          + ", the list "
          + (linear == null ? "none" : linear);
    }
  }

  /** Asks about these. */
  public static <V> List<Disagreement> of(
      RouteTable<V> table, List<Route<V>> file, Collection<Witness> witnesses) {
    var check = new SelfCheck<>(table, file);
    witnesses.forEach(witness -> check.ask(witness.request()));
    return check.disagreements;
  }

  /**
   * Asks about requests made for the purpose that a route matches by itself: one of each route, and
   * then some more of each.
   *
   * @param forOne so long at most for one of each
   * @param forMore if less than that has gone by, so long for the others
   */
  public static <V> List<Disagreement> of(
      RouteTable<V> table, List<Route<V>> file, Duration forOne, Duration forMore) {
    var check = new SelfCheck<>(table, file);
    var more = new Budget(forMore, System::nanoTime);
    check.askMade(new Budget(forOne, System::nanoTime), 1, 1);
    check.askMade(more, BOXES_CHECKED, REQUESTS_CHECKED);
    return check.disagreements;
  }

  private void askMade(Budget budget, int boxes, int requests) {
    int size = table.routes().size();
    for (int start = 0; start < STRIDE; start++) {
      for (int i = start; i < size && !budget.isOver(); i += STRIDE) {
        var spaces = Spaces.of(table.routes().get(i).match(), known).spaces();
        for (var space : spaces.subList(0, Math.min(spaces.size(), boxes))) {
          members.search(
              space,
              requests,
              request -> {
                ask(request);
                return requests == 1; // otherwise another one
              });
        }
      }
    }
  }

  private void ask(OfflineRequest request) {
    var compiled = table.find(request);
    var meant = linear.find(request);
    if (!Objects.equals(compiled, meant)) {
      disagreements.add(new Disagreement(new Witness(request), name(compiled), name(meant)));
    }
  }

  private static @Nullable String name(@Nullable Route<?> route) {
    return route == null ? null : route.name();
  }
}
