package dev.signalbox.analysis.replay;

import dev.signalbox.analysis.Rule;
import dev.signalbox.analysis.logs.Known;
import dev.signalbox.route.Match;
import dev.signalbox.route.Route;
import dev.signalbox.route.RouteRequest;
import dev.signalbox.route.RouteTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Rules that decide requests of which only a part is known. For each part there are two compiled
 * tables, of what matches for sure and of what may match; where both find the same rule, it is
 * decided. Belongs to one thread.
 */
final class PartlyKnown {
  /** So many different kinds of knowledge are kept compiled. */
  private static final int KINDS = 64;

  /** So many rules that may match are looked at for one request. */
  private static final int CANDIDATES = 64;

  /** The rules for one kind of knowledge. */
  private record Tables(Known known, RouteTable<Rule> certain, RouteTable<Rule> possible) {}

  private final List<Rule> rules;
  private final Set<String> askedHeaders;
  private final Map<Known, Tables> compiled = new HashMap<>();
  private @Nullable Known last;
  private @Nullable Tables ofLast;

  PartlyKnown(List<Rule> rules) {
    this.rules = List.copyOf(rules);
    var headers = new HashSet<String>();
    Asked.headers(rules.stream().map(Rule::match).toList(), headers::add);
    this.askedHeaders = Set.copyOf(headers);
  }

  List<Rule> rules() {
    return rules;
  }

  Decision decide(RouteRequest request, Known known) {
    var tables = tables(known);
    var certain = tables.certain.find(request);
    var possible = tables.possible.find(request);
    if (possible == null) {
      return new Decision.NoRule();
    }
    if (certain != null && certain.value().index() == possible.value().index()) {
      return new Decision.Taken(certain.value());
    }
    int end = certain == null ? rules.size() : certain.value().index();
    var candidates = new ArrayList<Decision.Candidate>();
    int at = possible.value().index();
    for (; at < end && candidates.size() < CANDIDATES; at++) {
      var when = Bounds.rest(rules.get(at).match(), request, tables.known);
      if (!Bounds.isNothing(when)) {
        candidates.add(new Decision.Candidate(rules.get(at), when));
      }
    }
    return new Decision.Depends(candidates, certain == null ? null : certain.value(), at < end);
  }

  private Tables tables(Known known) {
    var tables = ofLast;
    if (tables == null || !known.equals(last)) {
      var asked = known.about(askedHeaders);
      tables = compiled.get(asked);
      if (tables == null) {
        if (compiled.size() == KINDS) {
          compiled.clear();
        }
        tables =
            new Tables(
                asked,
                table(rule -> Bounds.certain(rule, asked)),
                table(rule -> Bounds.possible(rule, asked)));
        compiled.put(asked, tables);
      }
      last = known;
      ofLast = tables;
    }
    return tables;
  }

  private RouteTable<Rule> table(UnaryOperator<Match> bound) {
    return RouteTable.of(
        rules.stream()
            .map(rule -> new Route<>(rule.name(), bound.apply(rule.match()), rule))
            .toList());
  }
}
