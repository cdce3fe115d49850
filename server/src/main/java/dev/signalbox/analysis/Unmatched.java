package dev.signalbox.analysis;

import dev.signalbox.analysis.Cover.Verdict;
import dev.signalbox.analysis.Members.Search;
import dev.signalbox.analysis.Values.Texts;
import dev.signalbox.analysis.text.RegexLanguage;
import dev.signalbox.analysis.text.TextEncoding;
import dev.signalbox.analysis.text.TextSet;
import dev.signalbox.route.Match;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Requests for a host that the rules name, but that none of them matches. Belongs to one thread.
 */
final class Unmatched {
  private static final int TRIES = 12;

  private final RuleSet rules;
  private final Budget budget;
  private final Members members = new Members();
  private final List<Finding> findings = new ArrayList<>();
  private final boolean isConnectApart;
  private boolean isFinished = true;

  Unmatched(RuleSet rules, Budget budget) {
    this.rules = rules;
    this.budget = budget;
    this.isConnectApart = rules.keepsConnectApart();
  }

  /**
   * A finding for each host; where rules name none at all, one for whatever host. That hosts which
   * nobody names get a 404 is as it should be.
   */
  void find() {
    if (rules.takesAll()) {
      return;
    }
    var hosts = hosts();
    for (var host : hosts.entrySet()) {
      add(
          host.getKey().toString().substring("host ".length()),
          host.getValue(),
          set(host.getKey()));
    }
    if (hosts.isEmpty() && rules.size() > 0) {
      add("any host", rules.rule(0), TextSet.ANY);
    }
  }

  private void add(String host, Rule first, TextSet set) {
    if (budget.isOver()) {
      isFinished = false;
      return;
    }
    var legal = ((Texts) Legal.of(Axis.Part.HOST)).set().minus(TextSet.of("")).and(set);
    var target = Space.of(Axis.Part.HOST, new Texts(legal, false));
    if (isConnectApart) { // that nobody takes a tunnel is as it should be
      var methods = ((Texts) Legal.of(Axis.Part.METHOD)).set().minus(TextSet.of("CONNECT"));
      target = target.with(Axis.Part.METHOD, new Texts(methods, false));
    }
    var guess = members.search(target, TRIES, r -> rules.winner(r) == rules.size());
    if (guess instanceof Search.Found(var witness)) {
      findings.add(new Finding.NoMatch(host, first, witness));
      return;
    }
    var targets = List.of(target);
    var verdict =
        new Cover(
                budget, piece -> members.search(piece, TRIES, r -> rules.winner(r) == rules.size()))
            .search(targets, rules.candidates(targets, rules.size()));
    if (verdict instanceof Verdict.Outside(var witness)) {
      findings.add(new Finding.NoMatch(host, first, witness));
    }
  }

  List<Finding> findings() {
    return List.copyOf(findings);
  }

  boolean isFinished() {
    return isFinished;
  }

  private static TextSet set(Match.Host host) {
    return switch (host) {
      case Match.HostIs(var name) -> TextSet.of(name);
      case Match.HostBelow(var domain) -> TextSet.below(domain);
      case Match.HostMatches(var regex) ->
          switch (RegexLanguage.of(regex.pattern(), TextEncoding.LATIN_1)) {
            case RegexLanguage.Known(var texts) -> texts;
            case RegexLanguage.NotAnalysable _ -> TextSet.NONE;
          };
    };
  }

  /** The hosts that rules name, each with the first that does. */
  private Map<Match.Host, Rule> hosts() {
    var hosts = new LinkedHashMap<Match.Host, Rule>();
    for (var rule : rules.rules()) {
      collect(rule.match(), rule, hosts);
    }
    return hosts;
  }

  private static void collect(Match match, Rule rule, Map<Match.Host, Rule> into) {
    switch (match) {
      case Match.Host host -> into.putIfAbsent(host, rule);
      case Match.All(var all) -> all.forEach(one -> collect(one, rule, into));
      case Match.Any(var any) -> any.forEach(one -> collect(one, rule, into));
      case Match.Not(var not) -> collect(not, rule, into);
      case Match.Path _, Match.Detail _ -> {}
    }
  }
}
