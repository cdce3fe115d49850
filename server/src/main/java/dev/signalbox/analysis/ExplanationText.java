package dev.signalbox.analysis;

import dev.signalbox.http.Ascii;
import dev.signalbox.route.RouteTrace.Condition;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An explanation as a person reads it. Pure. */
final class ExplanationText {
  private final Explanation explanation;
  private final Decision decision;
  private final TextTree root;

  private ExplanationText(Explanation explanation) {
    this.explanation = explanation;
    this.decision = explanation.decision();
    this.root = TextTree.of(decision.asked().toString());
  }

  static TextTree of(Explanation explanation) {
    var text = new ExplanationText(explanation);
    text.request();
    var rule = explanation.decision().rule();
    if (rule != null) {
      text.taken(rule);
    }
    text.outcome(rule);
    text.nearest();
    text.rejected();
    if (explanation.whyNot() != null) {
      text.whyNot(explanation.whyNot());
    }
    return text.root;
  }

  private void request() {
    var request = decision.request();
    var head = request.head();
    var asked = decision.asked();
    var branch = root.branch("request");
    branch.leaf("host", changed(head.hostText(), asked.writtenAuthority()));
    if (!head.isConnect()) { // it has none
      branch.leaf("path", changed(head.pathText(), asked.writtenPath()));
    }
    var query = Ascii.text(head.bytes(), head.queryStart(), head.queryEnd());
    if (query.length() > 1) {
      branch.leaf("query", query.substring(1));
    }
    branch.leaf("scheme", request.isSecure() ? "https" : "http");
    var listener = decision.arrival().listener();
    branch.leaf(
        "listener",
        listener.name() + " at " + listener.bind() + " (" + decision.arrival().why() + ")");
    var client = request.client();
    var place = request.country() == null ? "" : ", in " + request.country();
    branch.leaf("client", (client == null ? "not said (--from)" : client.getHostAddress()) + place);
    if (request.sni() != null) {
      branch.leaf("sni", request.sni());
    }
    var cert = request.clientCert();
    if (cert != null) {
      branch.leaf("client-cert", cert.toString());
    }
  }

  private static String changed(String now, String written) {
    var shown = now.isEmpty() ? "none" : now;
    return now.equals(written) ? shown : shown + " (written " + written + ")";
  }

  private void rejected() {
    if (explanation.rejected().isEmpty() && explanation.skipped() == 0) {
      return;
    }
    var branch =
        root.branch(
            decision.rule() == null
                ? "all routes; the first condition of each that fails"
                : "earlier routes; the first condition of each that fails");
    for (var one : explanation.rejected()) {
      branch.leaf(named(one.route().value()), one.mismatch().toString());
    }
    if (explanation.skipped() > 0) {
      branch.leaf(
          (explanation.rejected().isEmpty() ? "" : "and ")
              + String.format(Locale.ROOT, "%,d", explanation.skipped())
              + (explanation.skipped() == 1 ? " route" : " routes")
              + " of other hosts or paths");
    }
  }

  private static String named(Rule rule) {
    return rule.at().line() == 0 ? rule.name() : rule.name() + " (line " + rule.at().line() + ")";
  }

  private void taken(Rule rule) {
    var branch = root.branch("route " + rule.name());
    branch.leaf("at", rule.at().toString());
    if (!rule.why().isEmpty()) {
      branch.leaf("why", rule.why());
    }
    var conditions = explanation.conditions(rule);
    conditions.forEach(condition -> branch.leaf(condition.field(), met(condition)));
    if (conditions.isEmpty()) {
      branch.leaf("takes every request");
    }
    if (!decision.captures().names().isEmpty()) {
      var captures = root.branch("captures");
      decision.captures().asMap().forEach(captures::leaf);
    }
  }

  private static String met(Condition condition) {
    return condition.actual().equals(condition.expected())
        ? condition.actual()
        : condition.actual() + " (wanted: " + condition.expected() + ")";
  }

  private void nearest() {
    for (var miss : explanation.nearest()) {
      var branch = root.branch("nearest: " + named(miss.rule()));
      if (!miss.rule().why().isEmpty()) {
        branch.leaf("why", miss.rule().why());
      }
      miss.failing().forEach(condition -> branch.leaf(condition.toString()));
    }
  }

  private void outcome(@Nullable Rule rule) {
    switch (decision.outcome()) {
      case Outcome.Unrouted() -> root.branch("answers 404: no route matches");
      case Outcome.NoHandshake(String why) -> root.branch("gets no handshake").leaf("why", why);
      case Outcome.Refused(int status, String why) ->
          root.branch("answers " + status + early()).leaf("why", why);
      case Outcome.Redirected(int status, String location) ->
          root.branch("redirects with " + status + early()).leaf("to", location);
      case Outcome.Answered(var respond) -> {
        var branch = root.branch("answers " + respond.status());
        respond.headers().forEach(branch::leaf);
        int length = respond.file() == null ? respond.body().length() : -1;
        if (length != 0) {
          branch.leaf("body", length < 0 ? "a file" : firstLine(respond.body()));
        }
      }
      case Outcome.Forwarded forwarded -> forwarded(forwarded, rule);
    }
  }

  private String early() {
    return decision.isBeforeRoutes() ? ", before any route is asked" : "";
  }

  private static String firstLine(String body) {
    var line = body.lines().findFirst().orElse("");
    return line.length() == body.strip().length() ? line : line + " …";
  }

  private void forwarded(Outcome.Forwarded forwarded, @Nullable Rule rule) {
    var branch = root.branch("goes to " + where(forwarded));
    var asks = forwarded.target() + (forwarded.host() == null ? "" : " at " + forwarded.host());
    if (forwarded.chosen() == null && forwarded.sticky() != null) {
      branch.leaf("sticky", forwarded.sticky() + ", which it does not have, nor a client");
    }
    branch.leaf("asks for", asks + (forwarded.isRewritten() ? " (rewritten)" : ""));
    for (var arm : forwarded.arms()) {
      if (!forwarded.mayTake(arm)) {
        continue;
      }
      var group = explanation.file().upstreams().get(arm.upstream());
      var endpoints = group == null ? "" : String.join(", ", group.endpoints());
      if (forwarded.chosen() == null) {
        branch.leaf(arm.upstream(), share(forwarded.share(arm)) + " to " + endpoints);
      } else {
        branch.leaf("endpoints", endpoints);
        branch.leaf("balance", group == null ? "" : group.balance());
      }
    }
    var mirror = forwarded.mirror();
    if (mirror != null) {
      branch.leaf("mirror", share(mirror.percent()) + " are copied to " + mirror.upstream());
    }
    if (rule != null && rule.index() < explanation.file().timeouts().size()) {
      branch.leaf("timeouts", joined(explanation.file().timeouts().get(rule.index())));
    }
  }

  private static String where(Outcome.Forwarded forwarded) {
    var chosen = forwarded.chosen();
    if (chosen == null) {
      return "one of "
          + forwarded.arms().stream().filter(forwarded::mayTake).count()
          + " upstreams, by chance";
    }
    if (forwarded.arms().size() == 1) {
      return "upstream " + chosen.upstream();
    }
    return "upstream "
        + chosen.upstream()
        + ", with "
        + share(forwarded.share(chosen))
        + (forwarded.sticky() == null ? "" : " of the users, told by " + forwarded.sticky());
  }

  static String share(double percent) {
    return String.format(Locale.ROOT, "%.1f", percent).replaceFirst("\\.0$", "") + "%";
  }

  private static String joined(Map<String, String> texts) {
    return texts.entrySet().stream()
        .map(entry -> entry.getKey() + " " + entry.getValue())
        .collect(Collectors.joining(", "));
  }

  private void whyNot(WhyNot whyNot) {
    var rule = whyNot.rule();
    var branch = root.branch("why not " + named(rule));
    if (whyNot.isTaken()) {
      branch.leaf("it takes the request");
      return;
    }
    if (decision.isBeforeRoutes()) {
      branch.leaf("it is not asked: the listener decides");
    }
    whyNot.failing().forEach(condition -> branch.leaf("fails", condition.toString()));
    var winner = whyNot.winner();
    if (winner != null) {
      branch.leaf("matches", "but an earlier route takes the request: " + named(winner));
    }
    if (whyNot.request() == null) {
      branch.leaf("no request was found that it takes (signalbox check may prove there is none)");
    } else {
      branch.leaf("it takes", whyNot.request().toString());
    }
  }
}
