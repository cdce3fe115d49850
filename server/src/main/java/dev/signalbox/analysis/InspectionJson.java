package dev.signalbox.analysis;

import dev.signalbox.config.Json;
import dev.signalbox.config.Position;
import dev.signalbox.config.Problem;
import dev.signalbox.route.FindingId;
import dev.signalbox.route.FindingId.Severity;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Inspections of files for machines: as JSON of our own, and as SARIF 2.1.0. Pure. */
public final class InspectionJson {
  /** The one rule of SARIF that is no finding: the file cannot be used at all. */
  private static final String MISTAKE = "config-mistake";

  /**
   * What there is to say about a file: mistakes, or else an inspection.
   *
   * @param mistakes why it cannot be used
   */
  public record Checked(String file, List<Problem> mistakes, @Nullable Inspection inspection) {
    public Checked {
      mistakes = List.copyOf(mistakes);
    }
  }

  private InspectionJson() {}

  /** Each file with all that was found in it. */
  public static String json(List<Checked> files) {
    return Json.write(Json.object("files", files.stream().map(InspectionJson::file).toList()));
  }

  private static Map<String, Object> file(Checked checked) {
    var inspection = checked.inspection();
    if (inspection == null) {
      return Json.object(
          "file",
          checked.file(),
          "mistakes",
          checked.mistakes().stream()
              .map(mistake ->
                  at(mistake.at(), Json.object("what", mistake.what(), "hint", mistake.hint())))
              .toList());
    }
    return Json.object(
        "file",
        checked.file(),
        "routes",
        inspection.rules(),
        "errors",
        inspection.count(Severity.ERROR),
        "warnings",
        inspection.count(Severity.WARNING),
        "notes",
        inspection.count(Severity.NOTE),
        "more-overlaps",
        inspection.moreOverlaps(),
        "complete",
        inspection.isComplete(),
        "proof-ms",
        inspection.took().toMillis(),
        "findings",
        inspection.findings().stream().map(InspectionJson::finding).toList(),
        "allowed",
        inspection.allowed().stream()
            .map(allowed -> {
              var finding = finding(allowed.finding());
              finding.put("allowed-by", allowed.rule().name());
              finding.put("reason", allowed.by().reason());
              return finding;
            })
            .toList());
  }

  private static Map<String, Object> finding(Finding finding) {
    var object =
        Json.object("finding", finding.id().word(), "severity", finding.id().severity().word());
    at(finding.at(), object);
    object.put("what", finding.what());
    object.put("right", finding.right());
    object.put("routes", finding.rules().stream().distinct().map(InspectionJson::rule).toList());
    object.put(
        "requests",
        finding.requests().stream()
            .map(shown -> {
              var rule = shown.rule();
              return Json.object(
                  "request",
                  shown.request().toString(),
                  "route",
                  rule == null ? null : rule.name(),
                  "leads-to",
                  shown.leadsTo().isEmpty() ? null : shown.leadsTo());
            })
            .toList());
    return object;
  }

  private static Map<String, Object> rule(Rule rule) {
    return at(
        rule.at(),
        Json.object(
            "name",
            rule.name(),
            "match",
            rule.match().toString(),
            "action",
            rule.action().toString(),
            "why",
            rule.why().isEmpty() ? null : rule.why()));
  }

  private static Map<String, Object> at(Position at, Map<String, Object> object) {
    object.put("line", at.line());
    object.put("column", at.column());
    return object;
  }

  /** SARIF 2.1.0 (OASIS), one run over all files, as code hosts show it beside the lines. */
  public static String sarif(List<Checked> files, String version) {
    var rules = new ArrayList<Object>();
    for (var id : FindingId.values()) {
      rules.add(
          Json.object(
              "id",
              id.word(),
              "shortDescription",
              message(id.meaning()),
              "defaultConfiguration",
              Json.object("level", id.severity().word())));
    }
    rules.add(
        Json.object(
            "id",
            MISTAKE,
            "shortDescription",
            message("The file cannot be used."),
            "defaultConfiguration",
            Json.object("level", "error")));
    var results = new ArrayList<Object>();
    for (var file : files) {
      file.mistakes()
          .forEach(mistake ->
              results.add(
                  Json.object(
                      "ruleId",
                      MISTAKE,
                      "ruleIndex",
                      FindingId.values().length,
                      "level",
                      "error",
                      "message",
                      message(mistake.message()),
                      "locations",
                      List.of(location(mistake.at(), null)))));
      var inspection = file.inspection();
      if (inspection != null) {
        inspection.findings().forEach(finding -> results.add(result(finding)));
        for (var allowed : inspection.allowed()) {
          var result = result(allowed.finding());
          result.put(
              "suppressions",
              List.of(Json.object("kind", "inSource", "justification", allowed.by().reason())));
          results.add(result);
        }
      }
    }
    return Json.write(
        Json.object(
            "$schema",
            "https://json.schemastore.org/sarif-2.1.0.json",
            "version",
            "2.1.0",
            "runs",
            List.of(
                Json.object(
                    "tool",
                    Json.object(
                        "driver",
                        Json.object("name", "Signalbox", "version", version, "rules", rules)),
                    "columnKind",
                    "unicodeCodePoints",
                    "results",
                    results))));
  }

  private static Map<String, Object> result(Finding finding) {
    var text = new StringBuilder(finding.what()).append(". Right: ").append(finding.right());
    text.append('.');
    for (var shown : finding.requests()) {
      text.append('\n').append(shown.request()).append(" -> ").append(shown.by());
      text.append(shown.leadsTo().isEmpty() ? "" : " -> " + shown.leadsTo());
    }
    var result =
        Json.object(
            "ruleId",
            finding.id().word(),
            "ruleIndex",
            Arrays.asList(FindingId.values()).indexOf(finding.id()),
            "level",
            finding.id().severity().word(),
            "message",
            message(text.toString()),
            "locations",
            List.of(location(finding.at(), null)));
    var others =
        finding.rules().stream()
            .distinct()
            .filter(rule -> !rule.at().equals(finding.at()))
            .map(rule -> (Object) location(rule.at(), "route " + rule.name()))
            .toList();
    if (!others.isEmpty()) {
      result.put("relatedLocations", others);
    }
    return result;
  }

  private static Map<String, Object> message(String text) {
    return Json.object("text", text);
  }

  private static Map<String, Object> location(Position at, @Nullable String what) {
    var place = Json.object("artifactLocation", Json.object("uri", uri(at.file())));
    if (at.line() > 0) { // lines and columns count from 1 in SARIF, too
      place.put(
          "region",
          Json.object(
              "startLine",
              at.line(),
              "startColumn",
              at.column(),
              "endColumn",
              at.column() + at.width()));
    }
    return Json.object("physicalLocation", place, "message", what == null ? null : message(what));
  }

  /** A relative path stays relative, which is what code hosts want. */
  private static String uri(String file) {
    boolean isAbsolute = file.startsWith("/");
    try {
      var uri = new URI(null, null, isAbsolute ? file : "/" + file, null).toASCIIString();
      return isAbsolute ? "file://" + uri : uri.substring(1).replace(":", "%3A");
    } catch (URISyntaxException e) {
      throw new IllegalStateException(file, e);
    }
  }
}
