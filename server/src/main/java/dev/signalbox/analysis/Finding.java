package dev.signalbox.analysis;

import dev.signalbox.config.Position;
import dev.signalbox.route.FindingId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Something about the rules that their author should know. Each carries what proves it. Immutable.
 *
 * <p>A new kind is a record here and a word in {@link FindingId}.
 */
public sealed interface Finding {
  /** The kind of it, which also says how bad it is. */
  FindingId id();

  /** Where to look first. */
  Position at();

  /** Every rule that takes part, the one at fault first; none for what is not about rules. */
  List<Rule> rules();

  /** The rules of which each may allow it. */
  default List<Rule> subjects() {
    return rules().isEmpty() ? List.of() : rules().subList(0, 1);
  }

  /** What is so, in one sentence without its full stop. */
  String what();

  /** What would be right, in words that follow "right:". */
  String right();

  /** The requests that show it, each with what becomes of it. */
  default List<Shown> requests() {
    return List.of();
  }

  /**
   * A request and what becomes of it.
   *
   * @param rule the rule that takes it; null for none
   * @param leadsTo a URL, or empty where the rule says it all
   */
  record Shown(Witness request, @Nullable Rule rule, String leadsTo) {
    public Shown(Witness request, @Nullable Rule rule) {
      this(request, rule, "");
    }

    /** What takes it, as in {@code route shop}. */
    String by() {
      if (rule != null) {
        return "route " + rule.name();
      }
      return leadsTo.isEmpty() ? "no route" : "https-redirect";
    }
  }

  /**
   * A rule that takes some of another's requests, and one that it takes.
   *
   * @param example null where none could be made: some conditions are known only to hold or not
   */
  record Cover(Rule rule, @Nullable Witness example) {}

  /** It is about one rule. */
  sealed interface AboutRule extends Finding {
    Rule rule();

    @Override
    default Position at() {
      return rule().at();
    }

    @Override
    default List<Rule> rules() {
      return List.of(rule());
    }
  }

  /**
   * Earlier rules together take all of its requests.
   *
   * @param coveredBy as few as do it, in order
   * @param sameAction whether all of them do what it would do
   */
  record Unreachable(Rule rule, List<Cover> coveredBy, boolean sameAction) implements AboutRule {
    public Unreachable {
      coveredBy = List.copyOf(coveredBy);
    }

    @Override
    public FindingId id() {
      return FindingId.UNREACHABLE;
    }

    @Override
    public List<Rule> rules() {
      return with(rule, coveredBy.stream().map(Cover::rule).toList());
    }

    @Override
    public String what() {
      return "route \""
          + rule.name()
          + "\" can never be reached: "
          + names(coveredBy.stream().map(Cover::rule).toList())
          + (coveredBy.size() == 1 ? " takes" : " together take")
          + " all of its requests"
          + (sameAction ? ", and the same becomes of them" : "");
    }

    @Override
    public String right() {
      return sameAction ? "leave it out" : "move it up, or leave it out";
    }

    @Override
    public List<Shown> requests() {
      return shown(coveredBy, null);
    }
  }

  /** No request meets all of its conditions, whatever stands before it. */
  record Contradictory(Rule rule, String text) implements AboutRule {
    @Override
    public FindingId id() {
      return FindingId.CONTRADICTORY;
    }

    @Override
    public String what() {
      return "route \"" + rule.name() + "\" matches no request at all: " + text;
    }

    @Override
    public String right() {
      return "conditions that one request can meet";
    }
  }

  /**
   * Requests reach it, but later rules would do the same with each of them.
   *
   * @param instead the rules that its requests would go to
   */
  record Redundant(Rule rule, List<Cover> instead) implements AboutRule {
    public Redundant {
      instead = List.copyOf(instead);
    }

    @Override
    public FindingId id() {
      return FindingId.REDUNDANT;
    }

    @Override
    public List<Rule> rules() {
      return with(rule, instead.stream().map(Cover::rule).toList());
    }

    @Override
    public String what() {
      return "route \""
          + rule.name()
          + "\" changes nothing: without it, "
          + names(instead.stream().map(Cover::rule).toList())
          + " would do the same";
    }

    @Override
    public String right() {
      return "leave it out";
    }

    @Override
    public List<Shown> requests() {
      return shown(instead, rule);
    }
  }

  /** Some requests match both, some only the one and some only the other. */
  record Overlap(Rule first, Rule second, Witness witness) implements Finding {
    @Override
    public FindingId id() {
      return FindingId.OVERLAP;
    }

    @Override
    public Position at() {
      return second.at();
    }

    @Override
    public List<Rule> rules() {
      return List.of(second, first);
    }

    @Override
    public List<Rule> subjects() {
      return rules();
    }

    @Override
    public String what() {
      return "routes \""
          + first.name()
          + "\" and \""
          + second.name()
          + "\" overlap: only their order decides who takes what matches both";
    }

    @Override
    public String right() {
      return "a condition that tells them apart, or an allow with the reason for this order";
    }

    @Override
    public List<Shown> requests() {
      return List.of(new Shown(witness, first));
    }
  }

  /**
   * The rules name a host, but some of its requests match none of them.
   *
   * @param host as rules write it
   * @param first the first rule that names it
   */
  record NoMatch(String host, Rule first, Witness witness) implements Finding {
    @Override
    public FindingId id() {
      return FindingId.NO_MATCH;
    }

    @Override
    public Position at() {
      return first.at();
    }

    @Override
    public List<Rule> rules() {
      return List.of(first);
    }

    @Override
    public String what() {
      return "some requests for " + host + " match no route and get a 404";
    }

    @Override
    public String right() {
      return "a last route for this host, if something better should become of them";
    }

    @Override
    public List<Shown> requests() {
      return List.of(new Shown(witness, null));
    }
  }

  /**
   * No route leads there.
   *
   * @param deadRules the rules that name it, though none of their requests ever gets there
   */
  record UnusedUpstream(String name, Position at, List<Rule> deadRules) implements Finding {
    public UnusedUpstream {
      deadRules = List.copyOf(deadRules);
    }

    @Override
    public FindingId id() {
      return FindingId.UNUSED_UPSTREAM;
    }

    @Override
    public List<Rule> rules() {
      return deadRules;
    }

    @Override
    public List<Rule> subjects() {
      return List.of(); // it is about the upstream
    }

    @Override
    public String what() {
      return "upstream \""
          + name
          + "\" is never used: "
          + (deadRules.isEmpty()
              ? "no route leads there"
              : "only " + names(deadRules) + " would, and no request gets there");
    }

    @Override
    public String right() {
      return "a route to it, or leave it out";
    }
  }

  /** No route takes what arrives there, so that all of it is answered with 404. */
  record UnusedListener(String name, Position at) implements Finding {
    @Override
    public FindingId id() {
      return FindingId.UNUSED_LISTENER;
    }

    @Override
    public List<Rule> rules() {
      return List.of();
    }

    @Override
    public String what() {
      return "listener \"" + name + "\" answers nothing but 404: no route can match there";
    }

    @Override
    public String right() {
      return "a route for it, or leave it out";
    }
  }

  /**
   * It asks for a client's certificate, and no listener does where it could match.
   *
   * @param doors those where it could
   */
  record UnaskedCert(Rule rule, List<Site.Door> doors) implements AboutRule {
    public UnaskedCert {
      doors = List.copyOf(doors);
    }

    @Override
    public FindingId id() {
      return FindingId.UNASKED_CERT;
    }

    @Override
    public String what() {
      var names = doors.stream().map(door -> "\"" + door.name() + "\"").toList();
      return "route \""
          + rule.name()
          + "\" never matches: it wants a client's certificate, and "
          + (names.size() == 1 ? "listener " : "listeners ")
          + String.join(", ", names)
          + (names.size() == 1 ? " asks" : " ask")
          + " for none";
    }

    @Override
    public String right() {
      var secure = doors.stream().filter(Site.Door::isSecure).findFirst().orElse(null);
      return "client-certificate: optional (or required) with ca, under tls of "
          + (secure == null
              ? "a listener; only TLS has certificates"
              : "listener \"" + secure.name() + "\"");
    }
  }

  /** An upstream of a split gets no requests. */
  record UnusedArm(Rule rule, String upstream) implements AboutRule {
    @Override
    public FindingId id() {
      return FindingId.UNUSED_ARM;
    }

    @Override
    public String what() {
      return "route \"" + rule.name() + "\" sends nothing to " + upstream + ", whose weight is 0";
    }

    @Override
    public String right() {
      return "a weight above 0, or leave it out; as it is, only a weight set at run time uses it";
    }
  }

  /** How a chain of requests goes on for ever. */
  enum LoopKind {
    /** The same request comes again. */
    RETURNS,
    /** The URL grows with every turn and goes on matching. */
    GROWS
  }

  /**
   * One request of a chain.
   *
   * @param request what is asked
   * @param rule the rule that takes it; null where its listener redirects it by itself
   * @param leadsTo the URL that is asked for next
   */
  record Hop(Witness request, @Nullable Rule rule, String leadsTo) {}

  /** Rules that send requests to each other. At least one rule is among the hops. */
  sealed interface Loop extends Finding {
    /** From the first request to the one that closes the circle; of what grows, three. */
    List<Hop> hops();

    LoopKind kind();

    @Override
    default Position at() {
      return rules().getFirst().at();
    }

    @Override
    default List<Rule> rules() {
      return hops().stream().map(Hop::rule).filter(Objects::nonNull).distinct().toList();
    }

    @Override
    default List<Rule> subjects() {
      return rules();
    }

    @Override
    default List<Shown> requests() {
      return hops().stream()
          .map(hop -> new Shown(hop.request(), hop.rule(), hop.leadsTo()))
          .toList();
    }
  }

  /**
   * Redirects that lead to each other, as clients would follow them.
   *
   * @param followed how many redirects were followed to be sure
   */
  record RedirectLoop(List<Hop> hops, LoopKind kind, int followed) implements Loop {
    public RedirectLoop {
      hops = List.copyOf(hops);
    }

    @Override
    public FindingId id() {
      return FindingId.REDIRECT_LOOP;
    }

    @Override
    public String what() {
      var rules = rules();
      return (hasListener()
              ? names(rules) + " and the https-redirect of a listener redirect to each other"
              : rules.size() == 1
                  ? "route \"" + rules.getFirst().name() + "\" redirects to itself"
                  : names(rules) + " redirect to each other")
          + (kind == LoopKind.RETURNS
              ? " for ever"
              : " for ever, and the URL grows with every turn");
    }

    @Override
    public String right() {
      return hasListener()
          ? "a target by https, or no https-redirect on that listener"
          : rules().size() == 1
              ? "a target that it does not match itself"
              : "one of them must not match what the other redirects to";
    }

    private boolean hasListener() {
      return hops.stream().anyMatch(hop -> hop.rule() == null);
    }
  }

  /** An endpoint is a listener of this very process, and what it is sent is sent there again. */
  record ForwardLoop(List<Hop> hops, LoopKind kind, int followed) implements Loop {
    public ForwardLoop {
      hops = List.copyOf(hops);
    }

    @Override
    public FindingId id() {
      return FindingId.FORWARD_LOOP;
    }

    @Override
    public String what() {
      var rules = rules();
      return (rules.size() == 1
              ? "route \"" + rules.getFirst().name() + "\" forwards to itself"
              : names(rules) + " forward to each other")
          + ": an endpoint is a listener of this file";
    }

    @Override
    public String right() {
      return "the application's address in the upstream, not our own";
    }
  }

  /** People will not see at a glance what it takes. */
  record HardRule(Rule rule, String why) implements AboutRule {
    @Override
    public FindingId id() {
      return FindingId.HARD_RULE;
    }

    @Override
    public String what() {
      return "the match of route \"" + rule.name() + "\" is hard to explain: " + why;
    }

    @Override
    public String right() {
      return "several routes, each with a plain match";
    }
  }

  /** Nothing is known about it; it may well be fine. */
  record Unknown(Rule rule, String why) implements AboutRule {
    @Override
    public FindingId id() {
      return FindingId.UNKNOWN;
    }

    @Override
    public String what() {
      return "whether route \"" + rule.name() + "\" can be reached is not known: " + why;
    }

    @Override
    public String right() {
      return "a simpler match, or more time for the proofs";
    }
  }

  /** It allows what is not found. */
  record UnusedAllow(Rule rule, FindingId allowed, Position at) implements AboutRule {
    @Override
    public FindingId id() {
      return FindingId.UNUSED_ALLOW;
    }

    @Override
    public List<Rule> subjects() {
      return List.of();
    }

    @Override
    public String what() {
      return "route \""
          + rule.name()
          + "\" allows the finding "
          + allowed.word()
          + ", but there is none";
    }

    @Override
    public String right() {
      return "leave it out";
    }
  }

  /** Of each the example, taken by this rule, or if null by its own. */
  private static List<Shown> shown(List<Cover> covers, @Nullable Rule taking) {
    var shown = new ArrayList<Shown>();
    for (var cover : covers) {
      var example = cover.example();
      if (example != null) {
        shown.add(new Shown(example, taking == null ? cover.rule() : taking));
      }
    }
    return shown;
  }

  private static List<Rule> with(Rule rule, List<Rule> others) {
    var all = new ArrayList<Rule>();
    all.add(rule);
    all.addAll(others);
    return all;
  }

  /** As in {@code "a" and "b"}; of many the first ones. */
  private static String names(List<Rule> rules) {
    var first =
        rules.stream()
            .distinct()
            .limit(4)
            .map(rule -> "\"" + rule.name() + "\"")
            .collect(Collectors.toCollection(ArrayList::new));
    long more = rules.stream().distinct().count() - first.size();
    if (more > 0) {
      return String.join(", ", first) + " and " + more + " more";
    }
    if (first.size() == 1) {
      return first.getFirst();
    }
    var last = first.removeLast();
    return String.join(", ", first) + " and " + last;
  }
}
