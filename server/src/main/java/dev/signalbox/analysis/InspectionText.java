package dev.signalbox.analysis;

import dev.signalbox.config.Position;
import dev.signalbox.config.Problem;
import dev.signalbox.config.Shown;
import dev.signalbox.config.SourceLines;
import dev.signalbox.route.FindingId.Severity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** An inspection as a person reads it: 80 columns, with colours for terminals. Pure. */
public final class InspectionText {
  private static final int WIDTH = 80;
  private static final int MOST_SHOWN = 200;
  private static final int MOST_LINES = 2;
  private static final String MARGIN = "     ";

  private static final String BOLD = "\u001b[1m";
  private static final String RED = "\u001b[1;31m";
  private static final String YELLOW = "\u001b[1;33m";
  private static final String BLUE = "\u001b[1;34m";
  private static final String GREEN = "\u001b[32m";
  private static final String DIM = "\u001b[2m";
  private static final String PLAIN = "\u001b[0m";

  private final SourceLines source;
  private final boolean colour;
  private final StringBuilder out = new StringBuilder();

  private InspectionText(SourceLines source, boolean colour) {
    this.source = source;
    this.colour = colour;
  }

  /** Every finding with its line, the routes in it and the requests that prove it. */
  public static String findings(Inspection inspection, SourceLines source, boolean colour) {
    var text = new InspectionText(source, colour);
    var worst = new HashSet<Finding>();
    inspection.findings().stream()
        .sorted(Comparator.comparing(finding -> finding.id().severity()))
        .limit(MOST_SHOWN)
        .forEach(worst::add);
    var overlaps =
        inspection.findings().stream()
            .filter(worst::contains)
            .flatMap(f -> f instanceof Finding.Overlap overlap ? Stream.of(overlap) : Stream.of())
            .collect(Collectors.groupingBy(Finding.Overlap::second));
    for (var finding : inspection.findings()) {
      if (finding instanceof Finding.Overlap overlap) {
        var ofRoute = overlaps.remove(overlap.second()); // all at once, at the first
        if (ofRoute != null) {
          text.overlaps(ofRoute);
        }
      } else if (worst.contains(finding)) {
        text.finding(finding);
      }
    }
    int more = inspection.findings().size() - MOST_SHOWN;
    if (more > 0) {
      text.out.append("and ").append(count(more, "finding"));
      text.out.append(" more, none of them worse: --json has all\n");
    }
    inspection.allowed().forEach(text::allowed);
    return text.out.toString();
  }

  /** As in {@code 12 routes, 2 findings: 1 error, 1 warning; proofs 12 ms}. */
  public static String summary(Inspection inspection) {
    var counts = new ArrayList<String>();
    for (var severity : Severity.values()) {
      int count = inspection.count(severity);
      if (count > 0) {
        counts.add(count(count, severity.word()));
      }
    }
    var findings = inspection.findings().size();
    return count(inspection.rules(), "route")
        + ", "
        + (findings == 0
            ? "no findings"
            : count(findings, "finding") + ": " + String.join(", ", counts))
        + (inspection.allowed().isEmpty() ? "" : ", " + inspection.allowed().size() + " allowed")
        + (inspection.moreOverlaps() == 0
            ? ""
            : ", and "
                + (inspection.moreOverlaps() >= Overlaps.MOST_COUNTED ? "at least " : "")
                + count(inspection.moreOverlaps(), "overlap")
                + " more")
        + "; proofs "
        + inspection.took().toMillis()
        + " ms"
        + (inspection.isComplete() ? "" : ", which was too short: there may be more");
  }

  /** A finding in one line, for a log. */
  public static String line(Finding finding) {
    var requests = finding.requests();
    var example = requests.isEmpty() ? "" : "; for example " + requests.getFirst().request();
    return Shown.clean(
        finding.at()
            + ": "
            + finding.what()
            + example
            + " ("
            + finding.id().word()
            + "; expected: "
            + finding.right()
            + ")");
  }

  /** The finding as a mistake, for those who refuse a file because of it. */
  public static Problem problem(Finding finding, SourceLines source) {
    return new Problem(
        finding.at(),
        finding.what() + " [" + finding.id().word() + "]",
        "expected: " + finding.right(),
        source.at(finding.at()));
  }

  private void finding(Finding finding) {
    title(finding, finding.what());
    finding.rules().stream().distinct().forEach(this::rule);
    if (finding.requests().stream().anyMatch(shown -> !shown.leadsTo().isEmpty())) {
      chain(finding.requests());
    } else {
      finding.requests().forEach(this::request);
    }
    right(finding);
  }

  /** The overlaps of one route with earlier ones: a route that cuts across ten is one matter. */
  private void overlaps(List<Finding.Overlap> overlaps) {
    var first = overlaps.getFirst();
    if (overlaps.size() == 1) {
      finding(first);
      return;
    }
    var route = first.second();
    title(
        first,
        "route \"%s\" overlaps %d earlier routes: only their order decides who takes what"
            .formatted(route.name(), overlaps.size()));
    rule(route);
    overlaps.forEach(overlap -> overlap.requests().forEach(this::request));
    right(first);
  }

  private void right(Finding finding) {
    add("right: " + finding.right(), MARGIN, GREEN, Integer.MAX_VALUE);
  }

  private void title(Finding finding, String what) {
    var severity = finding.id().severity();
    var start = finding.at() + ": " + severity.word() + ": ";
    var lines = wrapped(start + what + " [" + finding.id().word() + "]", "", "    ");
    var first = lines.getFirst();
    int colon = finding.at().toString().length() + 2;
    if (first.length() >= start.length() && first.startsWith(start)) {
      paint(BOLD, first.substring(0, colon));
      paint(ofSeverity(severity), severity.word() + ":");
      out.append(first.substring(start.length() - 1)).append('\n');
    } else {
      out.append(first).append('\n');
    }
    lines.stream().skip(1).forEach(line -> out.append(line).append('\n'));
    out.append(excerpt(finding.at()));
  }

  private String excerpt(Position at) {
    return new Problem(at, "", "", source.at(at)).excerpt(colour);
  }

  private void allowed(Inspection.Allowed allowed) {
    var finding = allowed.finding();
    add(
        allowed.by().at()
            + ": allowed: "
            + finding.what()
            + " ["
            + finding.id().word()
            + "]: "
            + allowed.by().reason(),
        "",
        DIM,
        Integer.MAX_VALUE);
  }

  private void rule(Rule rule) {
    var where = rule.at().line() == 0 ? "route " : "line " + rule.at().line() + ", route ";
    add(where + rule.name() + ": " + rule.match() + " -> " + rule.action(), MARGIN, "", MOST_LINES);
    if (!rule.why().isBlank()) {
      add("why: " + rule.why(), MARGIN + "  ", DIM, MOST_LINES);
    }
  }

  private void request(Finding.Shown shown) {
    var rule = shown.rule();
    var goes = rule == null ? "-> no route: 404" : "-> route " + rule.name();
    int last = command(shown.request());
    if (last + 1 + goes.length() <= WIDTH) {
      out.setLength(out.length() - 1);
      out.append(' ').append(goes).append('\n');
    } else {
      out.append(MARGIN).append("  ").append(goes).append('\n');
    }
  }

  /** A request on as many lines as it needs, so that a shell takes them as they are. */
  private int command(Witness request) {
    var line = new StringBuilder(MARGIN);
    var parts = Shown.clean(request.toString()).split(" (?=--?[A-Za-z])", -1);
    for (int i = 0; i < parts.length; i++) {
      boolean fits = line.length() + 3 + parts[i].length() <= WIDTH;
      if (i > 0 && !fits) {
        out.append(line).append(" \\\n");
        line.setLength(0);
        line.append(MARGIN).append("   ");
      }
      line.append(i == 0 ? "" : " ").append(parts[i]);
    }
    out.append(line).append('\n');
    return line.length();
  }

  /** A first request, and where each answer leads. */
  private void chain(List<Finding.Shown> hops) {
    command(hops.getFirst().request());
    for (var hop : hops) {
      add(hop.by() + " -> " + hop.leadsTo(), MARGIN + "  ", "", Integer.MAX_VALUE);
    }
  }

  private void add(String text, String indent, String look, int most) {
    var lines = wrapped(text, indent, indent + "    ");
    for (int i = 0; i < Math.min(lines.size(), most); i++) {
      boolean isCut = i == most - 1 && lines.size() > most;
      paint(look, isCut ? lines.get(i) + " …" : lines.get(i));
      out.append('\n');
    }
  }

  private void paint(String look, String text) {
    boolean isPainted = colour && !look.isEmpty();
    out.append(isPainted ? look : "").append(text).append(isPainted ? PLAIN : "");
  }

  private static String ofSeverity(Severity severity) {
    return switch (severity) {
      case ERROR -> RED;
      case WARNING -> YELLOW;
      case NOTE -> BLUE;
    };
  }

  /** At spaces; a word that is longer than a line, like a URL, stays whole. */
  private static List<String> wrapped(String text, String firstIndent, String indent) {
    var lines = new ArrayList<String>();
    var line = new StringBuilder(firstIndent);
    boolean isEmpty = true;
    for (var word : Shown.clean(text).split(" ", -1)) {
      if (!isEmpty && line.length() + 1 + word.length() > WIDTH - 2) {
        lines.add(line.toString());
        line.setLength(0);
        line.append(indent);
        isEmpty = true;
      }
      line.append(isEmpty ? "" : " ").append(word);
      isEmpty = false;
    }
    lines.add(line.toString());
    return lines;
  }

  private static String count(int number, String thing) {
    return number + " " + thing + (number == 1 ? "" : "s");
  }
}
