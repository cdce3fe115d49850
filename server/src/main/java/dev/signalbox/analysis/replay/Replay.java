package dev.signalbox.analysis.replay;

import dev.signalbox.analysis.Answers;
import dev.signalbox.analysis.Rule;
import dev.signalbox.analysis.logs.LogLine;
import dev.signalbox.analysis.logs.LoggedRequest;
import dev.signalbox.config.InvalidValue;
import dev.signalbox.route.OfflineRequest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Decides the requests of logs by rules, and keeps the score; with two lists of rules, also of what
 * differs. What a log does not know is unknown, and a decision that depends on it is counted as
 * such. Belongs to one thread.
 */
public final class Replay {
  private static final int BAD_LINES = 5;

  /**
   * What is true of every request of which the log does not say it.
   *
   * @param host the host, or null
   * @param listener the listener, or null
   */
  public record Assumed(@Nullable String host, @Nullable String listener) {}

  /** Rules in {@code from} and {@code to}; null for none. */
  private record Way(@Nullable Rule from, @Nullable Rule to) {}

  /** Rules that were nearly met, and those that took the request instead. */
  private record Nearly(Rule rule, @Nullable Rule winner) {}

  /** A near miss and how often it happened. */
  private static final class NearTally {
    private final NearMisses.Miss first;
    private final Tally tally = new Tally();

    NearTally(NearMisses.Miss first) {
      this.first = first;
    }
  }

  private final PartlyKnown rules;
  private final @Nullable PartlyKnown against;
  private final NearMisses nearMisses;
  private final Assumed assumed;

  private final Tally[] hits;
  private final long[] maybe;
  private final Tally unmatched = new Tally();
  private final PathCounts unmatchedPaths = new PathCounts();
  private final Tally depends = new Tally();
  private final Map<String, Tally> dependsOn = new TreeMap<>();
  private final Tally refused = new Tally();
  private final Map<Nearly, NearTally> near = new LinkedHashMap<>();
  private final List<ReplayReport.BadLine> badLines = new ArrayList<>();
  private long bad;
  private long read;

  private long same;
  private final Map<Way, Tally> moves = new LinkedHashMap<>();
  private final Tally unclear = new Tally();
  private final Map<String, Tally> unclearOn = new TreeMap<>();

  /**
   * Begins one.
   *
   * @param against other rules, to be compared with, or null
   */
  public Replay(List<Rule> rules, @Nullable List<Rule> against, Assumed assumed) {
    this.rules = new PartlyKnown(rules);
    this.against = against == null ? null : new PartlyKnown(against);
    this.nearMisses = new NearMisses(this.rules);
    this.assumed = assumed;
    this.hits = rules.stream().map(_ -> new Tally()).toArray(Tally[]::new);
    this.maybe = new long[rules.size()];
  }

  /**
   * Takes a line.
   *
   * @param number counted from 1
   */
  public void onLine(String file, long number, LogLine line) {
    switch (line) {
      case LogLine.Unreadable(var reason) -> {
        bad++;
        if (badLines.size() < BAD_LINES) {
          badLines.add(new ReplayReport.BadLine(file, number, reason));
        }
      }
      case LoggedRequest logged -> {
        read++;
        onRequest(completed(logged), file, number);
      }
    }
  }

  private LoggedRequest completed(LoggedRequest logged) {
    var withHost = assumed.host == null ? logged : logged.orHost(assumed.host);
    return assumed.listener == null ? withHost : withHost.orListener(assumed.listener);
  }

  private void onRequest(LoggedRequest logged, String file, long number) {
    Tally.Source source = () -> new Example(file, number, Shown.text(logged.toString()));
    OfflineRequest request;
    try {
      request = logged.request();
    } catch (InvalidValue e) {
      refused.add(source);
      return;
    }
    var decision = rules.decide(request, logged.known());
    switch (decision) {
      case Decision.Taken(var rule) -> {
        hits[rule.index()].add(source);
        near(logged, request, rule, source);
      }
      case Decision.NoRule _ -> {
        unmatched.add(source);
        unmatchedPaths.add(Shown.text(request.head().pathText()), source);
        near(logged, request, null, source);
      }
      case Decision.Depends on -> {
        depends.add(source);
        on.subjects().forEach(s -> tally(dependsOn, s).add(source));
        maybe(on);
      }
    }
    if (against != null) {
      compare(decision, against.decide(request, logged.known()), request, source);
    }
  }

  private void maybe(Decision.Depends on) {
    on.candidates().forEach(candidate -> maybe[candidate.rule().index()]++);
    var otherwise = on.otherwise();
    if (otherwise != null) {
      maybe[otherwise.index()]++;
    }
    if (on.isCut()) { // those that were not looked at may take it, too
      int end = otherwise == null ? maybe.length : otherwise.index();
      for (int i = on.candidates().getLast().rule().index() + 1; i < end; i++) {
        maybe[i]++;
      }
    }
  }

  private void near(
      LoggedRequest logged, OfflineRequest request, @Nullable Rule winner, Tally.Source source) {
    var miss = nearMisses.of(logged, request.head().pathText(), winner);
    if (miss != null) {
      near.computeIfAbsent(new Nearly(miss.rule(), winner), _ -> new NearTally(miss))
          .tally
          .add(source);
    }
  }

  private static <K> Tally tally(Map<K, Tally> tallies, K key) {
    return tallies.computeIfAbsent(key, _ -> new Tally());
  }

  private void compare(Decision one, Decision other, OfflineRequest request, Tally.Source source) {
    var before = Chain.of(one, request);
    var after = Chain.of(other, request);
    if (before.isSame(after, request)) {
      same++;
    } else if (before.isDecided() && after.isDecided()) {
      tally(moves, new Way(before.otherwise(), after.otherwise())).add(source);
    } else {
      unclear.add(source);
      before.subjectsWith(after).forEach(s -> tally(unclearOn, s).add(source));
    }
  }

  /**
   * A decision as the rules that come into question, one after the other.
   *
   * @param otherwise null for none
   */
  private record Chain(
      List<Decision.Candidate> candidates, @Nullable Rule otherwise, boolean isCut) {
    /** Without those that make no difference: they do what would be done otherwise. */
    static Chain of(Decision decision, OfflineRequest request) {
      return switch (decision) {
        case Decision.Taken(var rule) -> new Chain(List.of(), rule, false);
        case Decision.NoRule _ -> new Chain(List.of(), null, false);
        case Decision.Depends(var candidates, var otherwise, var isCut) -> {
          int size = candidates.size();
          while (size > 0
              && !isCut
              && Answers.areSame(candidates.get(size - 1).rule(), otherwise, request)) {
            size--;
          }
          yield new Chain(candidates.subList(0, size), otherwise, isCut);
        }
      };
    }

    boolean isDecided() {
      return candidates.isEmpty() && !isCut;
    }

    /** Whether both do the same, whatever is true of what is unknown. */
    boolean isSame(Chain other, OfflineRequest request) {
      if (isCut
          || other.isCut
          || candidates.size() != other.candidates.size()
          || !Answers.areSame(otherwise, other.otherwise, request)) {
        return false;
      }
      for (int i = 0; i < candidates.size(); i++) {
        var mine = candidates.get(i);
        var theirs = other.candidates.get(i);
        if (!mine.when().equals(theirs.when())
            || !Answers.areSame(mine.rule(), theirs.rule(), request)) {
          return false;
        }
      }
      return true;
    }

    Set<String> subjectsWith(Chain other) {
      var subjects = new LinkedHashSet<String>();
      candidates.forEach(c -> Bounds.subjects(c.when(), subjects));
      other.candidates.forEach(c -> Bounds.subjects(c.when(), subjects));
      return subjects;
    }
  }

  /**
   * The score so far.
   *
   * @param top so many of what may be many
   */
  public ReplayReport report(int top) {
    var routes = new ArrayList<ReplayReport.RouteHits>();
    for (var rule : rules.rules()) {
      var tally = hits[rule.index()];
      routes.add(
          new ReplayReport.RouteHits(
              rule,
              tally.count(),
              maybe[rule.index()],
              tally.count() == 0 ? null : tally.first().getFirst(),
              tally.last()));
    }
    return new ReplayReport(
        new ReplayReport.Lines(read, bad, List.copyOf(badLines), refused.count(), refused.first()),
        routes,
        new ReplayReport.Unmatched(
            unmatched.count(),
            unmatchedPaths.top(top),
            unmatchedPaths.distinct(),
            unmatchedPaths.others()),
        unknown(depends, dependsOn),
        near.entrySet().stream()
            .map(e ->
                new ReplayReport.NearMiss(
                    e.getKey().rule(),
                    e.getKey().winner(),
                    e.getValue().tally.count(),
                    e.getValue().first.path(),
                    e.getValue().first.mistake().toString(),
                    e.getValue().tally.first().getFirst()))
            .sorted(Comparator.comparingLong(miss -> -miss.count()))
            .toList(),
        against == null ? null : comparison(against));
  }

  private ReplayReport.Comparison comparison(PartlyKnown with) {
    var table =
        moves.entrySet().stream()
            .map(e ->
                new ReplayReport.Move(
                    e.getKey().from(), e.getKey().to(), e.getValue().count(), e.getValue().first()))
            .sorted(Comparator.comparingLong(move -> -move.count()))
            .toList();
    return new ReplayReport.Comparison(
        with.rules().size(), same, table, unknown(unclear, unclearOn));
  }

  private static ReplayReport.Unknown unknown(Tally all, Map<String, Tally> bySubject) {
    return new ReplayReport.Unknown(
        all.count(),
        bySubject.entrySet().stream()
            .map(e ->
                new ReplayReport.Counted(
                    e.getKey(), e.getValue().count(), e.getValue().first().getFirst()))
            .sorted(Comparator.comparingLong(counted -> -counted.count()))
            .toList());
  }
}
