package dev.signalbox.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One run over one file: collects every mistake, and the names that values define and refer to, so
 * that references are checked once the whole file is read. Used by one thread.
 */
public final class Reading {
  /** Far more than anyone reads; aliases could make a small file have a million. */
  static final int MOST_PROBLEMS = 1000;

  private final String file;
  private final List<String> lines;
  private final List<Problem> problems = new ArrayList<>();
  private final Map<String, Map<String, Position>> names = new LinkedHashMap<>();
  private final List<Reference> references = new ArrayList<>();

  private final Set<String> provided = new HashSet<>();
  private final List<Need> needs = new ArrayList<>();

  private record Reference(String kind, String name, ConfigNode node) {}

  private record Need(String what, String remedy, ConfigNode node) {}

  /** Going on makes no sense; what is wrong is reported. Never leaves this room. */
  static final class Stop extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private Stop() {
      super(null, null, false, false);
    }
  }

  Reading(String file, String text) {
    this.file = file;
    this.lines = SourceLines.split(text);
  }

  String file() {
    return file;
  }

  /** Reports a mistake with what would be right; {@code expected} may be empty. */
  public void report(Position at, String what, String expected) {
    hint(at, what, expected.isEmpty() ? "" : "expected: " + expected);
  }

  void hint(Position at, String what, String hint) {
    if (problems.size() >= MOST_PROBLEMS) {
      throw new Stop();
    }
    problems.add(new Problem(at, what, hint, line(at)));
  }

  Stop stop(Position at, String what, String expected) {
    report(at, what, expected);
    return new Stop();
  }

  /** A list where a text should be, and the like. */
  void wrongKind(ConfigNode node, String expected) {
    var kind =
        switch (node) {
          case ConfigNode.Text text -> text.shown();
          case ConfigNode.Items _ -> "a list";
          case ConfigNode.Entries _ -> "a map";
          case ConfigNode.Nothing _ -> "no value";
          case ConfigNode.Broken _ -> "";
        };
    if (!kind.isEmpty()) {
      report(node.at(), node.label(kind), expected);
    }
  }

  /** A value that its type refuses. */
  void invalid(ConfigNode.Text node, InvalidValue invalid) {
    var what = InvalidValue.sentence(node.shown(), invalid.why());
    report(node.at(), node.label(what), invalid.expected());
  }

  /** This name now means a thing of this kind; two of one name are a mistake. */
  void define(String kind, String name, Position at) {
    var first = names.computeIfAbsent(kind, _ -> new LinkedHashMap<>()).putIfAbsent(name, at);
    if (first != null) {
      report(
          at,
          "second " + kind + " named " + Shown.quoted(name),
          "a name of its own; the first is on line " + first.line());
    }
  }

  /** This name must mean a thing of this kind by the end of the file. */
  void refer(String kind, String name, ConfigNode node) {
    references.add(new Reference(kind, name, node));
  }

  /** The file has this. */
  void provide(String what) {
    provided.add(what);
  }

  /** This value makes sense only if the file has this. */
  void need(String what, String remedy, ConfigNode node) {
    needs.add(new Need(what, remedy, node));
  }

  void finish() {
    for (var need : needs) {
      if (!provided.contains(need.what())) {
        var key = need.node().key();
        report(key, need.node().label("needs \"" + need.what() + "\""), need.remedy());
      }
    }
    for (var reference : references) {
      var known = names.getOrDefault(reference.kind(), Map.of()).keySet();
      if (!known.contains(reference.name())) {
        var node = reference.node();
        hint(
            node.at(),
            node.label("no " + reference.kind() + " is named " + Shown.quoted(reference.name())),
            known.isEmpty()
                ? "expected: one of the " + reference.kind() + "s, of which there are none"
                : Nearest.hint(reference.name(), known));
      }
    }
    if (!problems.isEmpty()) {
      throw exception();
    }
  }

  ConfigException exception() {
    var sorted = new ArrayList<>(problems);
    sorted.sort(
        Comparator.comparingInt((Problem problem) -> problem.at().line())
            .thenComparingInt(problem -> problem.at().column()));
    return new ConfigException(sorted);
  }

  /** The line at this place as it is in the file; empty if there is none. */
  String line(Position at) {
    return at.line() >= 1 && at.line() <= lines.size() ? lines.get(at.line() - 1) : "";
  }
}
