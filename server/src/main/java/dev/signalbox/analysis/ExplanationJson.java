package dev.signalbox.analysis;

import dev.signalbox.config.Json;
import dev.signalbox.http.Ascii;
import dev.signalbox.route.RouteTrace.Condition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An explanation for machines; the keys are told in docs/guide/explain.md and stay. Pure. */
final class ExplanationJson {
  private ExplanationJson() {}

  static Map<String, Object> of(Explanation explanation) {
    var decision = explanation.decision();
    var rule = decision.rule();
    var rejected = new ArrayList<Object>();
    for (var one : explanation.rejected()) {
      var object = rule(one.route().value());
      object.putAll(condition(one.mismatch()));
      rejected.add(object);
    }
    var nearest = new ArrayList<Object>();
    for (var miss : explanation.nearest()) {
      var object = rule(miss.rule());
      object.put("failing", conditions(miss.failing()));
      nearest.add(object);
    }
    Map<String, Object> taken = null;
    if (rule != null) {
      taken = rule(rule);
      taken.put("conditions", conditions(explanation.conditions(rule)));
      taken.put("captures", new LinkedHashMap<>(decision.captures().asMap()));
    }
    return Json.object(
        "request",
        request(decision),
        "route",
        taken,
        "rejected",
        rejected,
        "skipped",
        explanation.skipped(),
        "nearest",
        rule == null && !decision.isBeforeRoutes() ? nearest : null,
        "beforeRoutes",
        decision.isBeforeRoutes() ? true : null,
        "outcome",
        outcome(explanation),
        "whyNot",
        explanation.whyNot() == null ? null : whyNot(explanation.whyNot()));
  }

  private static Map<String, Object> request(Decision decision) {
    var request = decision.request();
    var head = request.head();
    var client = request.client();
    var cert = request.clientCert();
    return Json.object(
        "command",
        decision.asked().toString(),
        "method",
        head.methodText(),
        "scheme",
        request.isSecure() ? "https" : "http",
        "host",
        head.hostText(),
        "writtenHost",
        decision.asked().writtenAuthority(),
        "path",
        head.pathText(),
        "writtenPath",
        decision.asked().writtenPath(),
        "query",
        Ascii.text(head.bytes(), head.queryStart(), head.queryEnd()).replaceFirst("^\\?", ""),
        "listener",
        request.listener(),
        "client",
        client == null ? null : client.getHostAddress(),
        "country",
        request.country(),
        "continent",
        request.continent(),
        "sni",
        request.sni(),
        "clientCert",
        cert == null ? null : cert.toString());
  }

  private static Map<String, Object> rule(Rule rule) {
    return Json.object(
        "name",
        rule.name(),
        "file",
        rule.at().file(),
        "line",
        rule.at().line(),
        "column",
        rule.at().column(),
        "why",
        rule.why().isEmpty() ? null : rule.why());
  }

  private static List<Object> conditions(List<Condition> conditions) {
    var all = new ArrayList<Object>();
    conditions.forEach(one -> all.add(condition(one)));
    return all;
  }

  private static Map<String, Object> condition(Condition condition) {
    return Json.object(
        "field",
        condition.field(),
        "actual",
        condition.actual(),
        "expected",
        condition.expected(),
        "met",
        condition.isMet());
  }

  private static Map<String, Object> outcome(Explanation explanation) {
    return switch (explanation.decision().outcome()) {
      case Outcome.Unrouted() -> Json.object("kind", "none", "status", 404);
      case Outcome.NoHandshake(String why) -> Json.object("kind", "no-handshake", "why", why);
      case Outcome.Refused(int status, String why) ->
          Json.object("kind", "refuse", "status", status, "why", why);
      case Outcome.Redirected(int status, String location) ->
          Json.object("kind", "redirect", "status", status, "location", location);
      case Outcome.Answered(var respond) ->
          Json.object(
              "kind",
              "respond",
              "status",
              respond.status(),
              "headers",
              new LinkedHashMap<>(respond.headers()));
      case Outcome.Forwarded forwarded ->
          forwarded(forwarded, explanation.file(), explanation.decision().rule());
    };
  }

  private static Map<String, Object> forwarded(
      Outcome.Forwarded forwarded, RouteFile file, @Nullable Rule rule) {
    var arms = new ArrayList<Object>();
    for (var arm : forwarded.arms()) {
      var group = file.upstreams().get(arm.upstream());
      arms.add(
          Json.object(
              "upstream",
              arm.upstream(),
              "weight",
              arm.weight(),
              "percent",
              Math.round(forwarded.share(arm) * 10) / 10.0,
              "endpoints",
              group == null ? null : group.endpoints(),
              "balance",
              group == null ? null : group.balance()));
    }
    var mirror = forwarded.mirror();
    var chosen = forwarded.chosen();
    return Json.object(
        "kind",
        "forward",
        "upstream",
        chosen == null ? null : chosen.upstream(),
        "arms",
        arms,
        "sticky",
        forwarded.sticky() == null ? null : forwarded.sticky().toString(),
        "target",
        forwarded.target(),
        "host",
        forwarded.host(),
        "rewritten",
        forwarded.isRewritten(),
        "mirror",
        mirror == null
            ? null
            : Json.object("upstream", mirror.upstream(), "percent", mirror.percent()),
        "timeouts",
        rule == null || rule.index() >= file.timeouts().size()
            ? null
            : file.timeouts().get(rule.index()));
  }

  private static Map<String, Object> whyNot(WhyNot whyNot) {
    var object = rule(whyNot.rule());
    object.put("taken", whyNot.isTaken());
    object.put("failing", conditions(whyNot.failing()));
    if (whyNot.winner() != null) {
      object.put("winner", rule(whyNot.winner()));
    }
    if (whyNot.request() != null) {
      object.put("reaches", whyNot.request().toString());
    }
    return object;
  }
}
