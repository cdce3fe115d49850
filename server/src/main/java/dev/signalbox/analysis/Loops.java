package dev.signalbox.analysis;

import dev.signalbox.analysis.Finding.Hop;
import dev.signalbox.analysis.Finding.LoopKind;
import dev.signalbox.config.InvalidValue;
import dev.signalbox.http.Ascii;
import dev.signalbox.route.Captures;
import dev.signalbox.route.Match;
import dev.signalbox.route.OfflineRequest;
import dev.signalbox.route.Redirect;
import dev.signalbox.route.Respond;
import dev.signalbox.route.RouteAction;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Chains of redirects, and of requests that we forward to ourselves. Each is followed from real
 * requests by the real matcher and the real redirects, so what is reported does happen; that
 * nothing is reported is no proof. Used by one thread.
 *
 * <p>What is assumed: a client follows a redirect with the same address and without the headers and
 * cookies of its first request. A URL without a port is answered by the listener of the scheme's
 * port, or else by the one where the chain began, as behind a port mapping. A chain ends where it
 * leaves the hosts that the rules name, or for a scheme or port that no listener has.
 */
final class Loops {
  /** Browsers stop after 20. */
  static final int MOST_HOPS = 32;

  /** As many turns must a growing chain take before it is believed. */
  private static final int LEAST_TURNS = 3;

  private static final int MOST_HOSTS = 8;
  private static final int MOST_PATHS = 32;
  private static final String FRESH_HOST = "example.com";
  private static final String FRESH_CLIENT = "203.0.113.7";

  private final RuleSet rules;
  private final Map<String, Site.Door> doors = new LinkedHashMap<>();
  private final Map<String, Site.Return> returns = new HashMap<>();
  private final Site.@Nullable Door firstDoor;
  private final Set<String> hosts = new LinkedHashSet<>();
  private final List<Match.Host> hostPatterns = new ArrayList<>();
  private final Set<String> somePaths = new LinkedHashSet<>();
  private boolean asksForListener;
  private boolean asksForSource;

  /** The chains by the rules in them: of each only the shortest. */
  private final Map<String, Finding> found = new TreeMap<>();

  private final Set<String> ended = new HashSet<>();

  private Loops(RuleSet rules, Site site) {
    this.rules = rules;
    site.doors().forEach(door -> doors.put(door.name(), door));
    for (var upstream : site.upstreams()) {
      if (upstream.returns() != null) {
        returns.put(upstream.name(), upstream.returns());
      }
    }
    this.firstDoor = site.doors().isEmpty() ? null : site.doors().getFirst();
    rules.rules().forEach(rule -> note(rule.match()));
  }

  /**
   * Looks for them.
   *
   * @param isTimeUp asked between chains; what was found by then is returned
   */
  static List<Finding> of(RuleSet rules, Site site, BooleanSupplier isTimeUp) {
    var loops = new Loops(rules, site);
    loops.search(isTimeUp);
    return List.copyOf(loops.found.values());
  }

  private void note(Match match) {
    switch (match) {
      case Match.HostIs(var host) -> hosts.add(host);
      case Match.Host pattern -> hostPatterns.add(pattern);
      case Match.ListenerIs _ -> asksForListener = true;
      case Match.SourceIn _ -> asksForSource = true;
      case Match.All(var all) -> all.forEach(this::note);
      case Match.Any(var any) -> any.forEach(this::note);
      case Match.Not(var not) -> note(not);
      case Match.Path _, Match.Detail _ -> {}
    }
  }

  private void search(BooleanSupplier isTimeUp) {
    var starts = new ArrayList<Rule>();
    for (var rule : rules.rules()) {
      if (rule.action() instanceof Redirect || returning(rule) != null) {
        starts.add(rule);
      }
    }
    var sketches = new HashMap<Rule, List<Sketch>>();
    for (var rule : starts) {
      var some = Sketches.of(rule.match());
      sketches.put(rule, some);
      for (var sketch : some) {
        if (sketch.path() != null && somePaths.size() < MOST_PATHS) {
          somePaths.add(sketch.path());
        }
      }
    }
    for (var rule : starts) {
      for (var sketch : sketches.getOrDefault(rule, List.of())) {
        for (var start : requests(sketch)) {
          if (isTimeUp.getAsBoolean()) {
            return;
          }
          walk(start);
        }
      }
    }
  }

  /** Where its requests come back to us, or null. */
  private Site.@Nullable Return returning(Rule rule) {
    if (rule.action() instanceof RouteAction.To to) {
      for (var arm : to.arms()) {
        var back = returns.get(arm.upstream());
        if (back != null && arm.weight() > 0) {
          return back;
        }
      }
    }
    return null;
  }

  /** A request, and the listener at which it arrives. */
  private record Arrived(OfflineRequest request, Site.@Nullable Door door) {
    String key() {
      var head = request.head();
      return head.methodText()
          + ' '
          + (door == null ? "" : door.name())
          + ' '
          + request.client()
          + ' '
          + new Witness(request).url()
          + head.headers();
    }

    String url() {
      return new Witness(request).url();
    }
  }

  private List<Arrived> requests(Sketch sketch) {
    var hostsToTry = new LinkedHashSet<String>();
    if (sketch.host() != null) {
      hostsToTry.add(sketch.host());
    } else {
      hostsToTry.add(FRESH_HOST);
      hosts.stream().limit(MOST_HOSTS).forEach(hostsToTry::add);
    }
    var pathsToTry = new LinkedHashSet<String>();
    if (sketch.path() != null) {
      pathsToTry.add(sketch.path());
    } else {
      pathsToTry.addAll(List.of("/", "/a", "/x/y"));
      pathsToTry.addAll(somePaths);
    }
    var door = door(sketch);
    var base = sketch;
    if (asksForSource) {
      base = base.or(Sketch.ofClient(InetAddress.ofLiteral(FRESH_CLIENT)));
    }
    if (asksForListener && door != null) {
      base = base.or(Sketch.ofListener(door.name()));
    }
    if (door != null && door.isSecure()) {
      base = base.or(Sketch.ofScheme(true));
    }
    var all = new ArrayList<Arrived>();
    for (var host : hostsToTry) {
      for (var path : pathsToTry) {
        var request = Sketch.ofHost(host).or(Sketch.ofPath(path)).or(base).request();
        if (request != null) {
          all.add(new Arrived(request, door));
        }
      }
    }
    return all;
  }

  /** The listener where such a request arrives; null where there are none, as in tests. */
  private Site.@Nullable Door door(Sketch sketch) {
    if (sketch.listener() != null && doors.containsKey(sketch.listener())) {
      return doors.get(sketch.listener());
    }
    for (var door : doors.values()) {
      if (sketch.isSecure() != null && door.isSecure() == sketch.isSecure()) {
        return door;
      }
    }
    return firstDoor;
  }

  private void walk(Arrived start) {
    var hops = new ArrayList<Hop>();
    var seen = new HashMap<String, Integer>();
    @Nullable Boolean isRedirect = null;
    var now = start;
    while (hops.size() < MOST_HOPS) {
      var key = now.key();
      if (ended.contains(key)) {
        break;
      }
      var before = seen.putIfAbsent(key, hops.size());
      if (before != null) {
        report(hops.subList(before, hops.size()), LoopKind.RETURNS, hops.size());
        break;
      }
      var own = now.door() == null ? null : now.door().own().to(now.request().head());
      int winner = own == null ? rules.winner(now.request()) : rules.size();
      if (own == null && winner == rules.size()) {
        break;
      }
      var rule = own == null ? rules.rule(winner) : null;
      boolean redirects = rule == null || rule.action() instanceof Redirect;
      var next = rule == null ? elsewhere(now, own) : next(now, rule);
      // A redirect from behind ourselves is followed by the client, who is not there.
      if (next == null || (isRedirect != null && isRedirect != redirects)) {
        seen.remove(key); // it may well be the start of a chain of its own
        break;
      }
      isRedirect = redirects;
      hops.add(new Hop(new Witness(now.request()), rule, next.url()));
      now = next;
    }
    if (hops.size() == MOST_HOPS) {
      growing(hops);
    }
    ended.addAll(seen.keySet());
  }

  /** Where a listener sends a client by itself. */
  private @Nullable Arrived elsewhere(Arrived now, @Nullable Outcome own) {
    return own instanceof Outcome.Redirected(int status, var location)
        ? followed(now, status, location)
        : null;
  }

  private @Nullable Arrived next(Arrived now, Rule rule) {
    var captures = Captures.of(rule.match(), now.request());
    try {
      return switch (rule.action()) {
        case Redirect redirect -> {
          var location = redirect.location(now.request(), captures);
          yield location == null ? null : followed(now, redirect.status(), location);
        }
        case RouteAction.To to -> forwarded(now, rule, to, captures);
        case Respond _ -> null;
      };
    } catch (InvalidValue _) {
      return null; // refused with 400
    }
  }

  /** As a client follows it (RFC 9110 §10.2.2, §15.4), or null where the chain leaves us. */
  private @Nullable Arrived followed(Arrived now, int status, String location) {
    var head = now.request().head();
    boolean isRelative = location.startsWith("/");
    var authority = Ascii.text(head.bytes(), head.authorityStart(), head.authorityEnd());
    boolean isSecure = now.request().isSecure();
    var door = now.door();
    if (!isRelative) {
      isSecure = location.startsWith("https:");
      int start = location.indexOf("//") + 2;
      int end = start;
      while (end < location.length() && "/?#".indexOf(location.charAt(end)) < 0) {
        end++;
      }
      authority = location.substring(start, end);
      door = door(isSecure, authority, now);
      if (door == null && !doors.isEmpty()) {
        return null;
      }
    }
    if (authority.isEmpty() && isRelative) {
      return null; // HTTP/1.0 without a host, which no client follows
    }
    var method = head.methodText();
    boolean becomesGet =
        status == 303 ? !method.equals("HEAD") : status <= 302 && method.equals("POST");
    var url = isRelative ? (isSecure ? "https://" : "http://") + authority + location : location;
    var builder =
        OfflineRequest.of(becomesGet ? "GET" : method, url).client(now.request().client());
    if (asksForListener && door != null) {
      builder.listener(door.name());
    }
    var request = builder.build();
    if (request.isSecure()) {
      request = builder.sni(request.head().hostText()).build();
    }
    boolean isKnown =
        isRelative
            || request.head().hostText().equals(head.hostText())
            || hosts.contains(request.head().hostText())
            || isBelowAPattern(request);
    return isKnown ? new Arrived(request, door) : null;
  }

  private boolean isBelowAPattern(OfflineRequest request) {
    return hostPatterns.stream().anyMatch(pattern -> pattern.matches(request));
  }

  private Site.@Nullable Door door(boolean isSecure, String authority, Arrived now) {
    int colon = authority.lastIndexOf(':');
    boolean hasPort = colon > authority.lastIndexOf(']') && colon < authority.length() - 1;
    int port = hasPort ? Integer.parseInt(authority.substring(colon + 1)) : isSecure ? 443 : 80;
    for (var door : doors.values()) {
      if (door.isSecure() == isSecure && door.port() == port) {
        return door;
      }
    }
    return !hasPort && now.door() != null && now.door().isSecure() == isSecure ? now.door() : null;
  }

  private @Nullable Arrived forwarded(
      Arrived now, Rule rule, RouteAction.To to, Captures captures) {
    var back = returning(rule);
    if (back == null) {
      return null;
    }
    var head = now.request().head();
    var authority =
        back.preservesHost() || head.isConnect()
            ? Ascii.text(head.bytes(), head.authorityStart(), head.authorityEnd())
            : back.authority();
    var target = head.pathText() + Ascii.text(head.bytes(), head.queryStart(), head.queryEnd());
    if (to.rewrite() != null) {
      var rewritten = to.rewrite().apply(now.request(), captures);
      if (rewritten.mistake() != null) {
        return null;
      }
      target = rewritten.path() + rewritten.query();
      authority = rewritten.host() == null ? authority : rewritten.host();
    }
    var builder =
        OfflineRequest.of(
            head.methodText(), (authority.isEmpty() ? "" : "http://" + authority) + target);
    var fields = head.headers();
    for (int i = 0; i < fields.size(); i++) {
      if (!fields.isRemoved(i)) {
        builder.header(fields.name(i), fields.value(i));
      }
    }
    if (asksForSource) {
      builder.client(InetAddress.ofLiteral("127.0.0.1"));
    }
    var door = doors.get(back.door());
    if (asksForListener) {
      builder.listener(back.door());
    }
    return new Arrived(builder.build(), door);
  }

  /** Whether the same rules come round again and again, and each round is longer. */
  private void growing(List<Hop> hops) {
    for (int period = 1; period * (LEAST_TURNS + 1) <= hops.size(); period++) {
      boolean grows = true;
      for (int i = hops.size() - period * LEAST_TURNS; i < hops.size() && grows; i++) {
        var earlier = hops.get(i - period);
        var later = hops.get(i);
        grows =
            Objects.equals(earlier.rule(), later.rule())
                && earlier.leadsTo().length() < later.leadsTo().length();
      }
      if (grows) {
        int from = hops.size() - period * LEAST_TURNS;
        while (from > 0
            && Objects.equals(hops.get(from - 1).rule(), hops.get(from - 1 + period).rule())) {
          from--;
        }
        if (hops.get(from).rule() == null) {
          from++; // a chain is shown from a rule on, which is where it can be mended
        }
        report(
            hops.subList(from, from + Math.max(period, LEAST_TURNS)), LoopKind.GROWS, hops.size());
        return;
      }
    }
  }

  private void report(List<Hop> chain, LoopKind kind, int followed) {
    var hops = kind == LoopKind.RETURNS ? turned(chain) : List.copyOf(chain);
    var indexes = new TreeSet<Integer>();
    hops.forEach(hop -> indexes.add(index(hop)));
    var first = hops.getFirst().rule();
    if (first == null) {
      return; // a listener by itself, which no rule can mend
    }
    var finding =
        first.action() instanceof Redirect
            ? new Finding.RedirectLoop(hops, kind, followed)
            : new Finding.ForwardLoop(hops, kind, followed);
    var key = indexes.toString();
    var known = found.get(key);
    if (known == null || size(finding) < size(known)) {
      found.put(key, finding);
    }
  }

  /** Listeners come after all rules, so that a circle begins with a rule. */
  private static int index(Hop hop) {
    return hop.rule() == null ? Integer.MAX_VALUE : hop.rule().index();
  }

  private static int size(Finding finding) {
    return finding.requests().stream().mapToInt(shown -> shown.leadsTo().length()).sum();
  }

  /** The same circle, from the rule that stands first. */
  private static List<Hop> turned(List<Hop> circle) {
    int first = 0;
    for (int i = 1; i < circle.size(); i++) {
      if (index(circle.get(i)) < index(circle.get(first))) {
        first = i;
      }
    }
    var turned = new ArrayList<>(circle.subList(first, circle.size()));
    turned.addAll(circle.subList(0, first));
    return turned;
  }
}
