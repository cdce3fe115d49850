package dev.signalbox.config;

import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/** What the YAML parser complains about, in words for someone who does not know YAML's grammar. */
final class YamlMistakes {
  private YamlMistakes() {}

  static void report(MarkedYamlEngineException e, Reading reading) {
    var problem = String.valueOf(e.getProblem());
    var context = String.valueOf(e.getContext());
    var here = e.getProblemMark().or(e::getContextMark).map(mark -> position(mark, reading));
    var opened = e.getContextMark().or(e::getProblemMark).map(mark -> position(mark, reading));
    var at = here.orElse(Position.ofFile(reading.file()));
    var start = opened.orElse(at);
    if (problem.contains("\\t(TAB)")) {
      reading.report(
          tab(at, reading), "a tab", "spaces; YAML allows no tabs in front of a key or value");
    } else if (problem.contains("cannot start any token")) {
      reading.report(
          at, "this character cannot start a value", "quotes around the value: \"@example\"");
    } else if (context.contains("an alias")) {
      reading.report(start, "a \"*\" that YAML takes for an alias", "quotes around the value");
    } else if (problem.contains("mapping values are not allowed")) {
      reading.report(
          at,
          "a \":\" that cannot be here",
          "the key under its parent with spaces in front, or quotes around a value with \": \"");
    } else if (problem.contains("could not find expected ':'")) {
      reading.report(start, "a line without \":\"", "key: value");
    } else if (context.contains("quoted scalar") && problem.contains("unexpected end")) {
      reading.report(
          start, "a quote that is never closed", "the same quote at the end of the value");
    } else if (context.contains("double-quoted") && problem.contains("escape")) {
      reading.report(
          at, "an escape that YAML does not know", "\\\\ for a backslash, or single quotes");
    } else if (context.contains("flow sequence")) {
      unfinished("list", "]", start, at, reading);
    } else if (context.contains("flow mapping")) {
      unfinished("map", "}", start, at, reading);
    } else if (context.contains("block collection")) {
      reading.report(
          at,
          "not an item of the list that began " + line(start),
          "\"- \" under the \"-\" above it");
    } else if (context.contains("block mapping") && "}]".contains(character(at, reading))) {
      reading.report(
          at,
          "a \"" + character(at, reading) + "\" that closes nothing",
          "its opening bracket after the key's \": \"");
    } else if (context.contains("block mapping")) {
      reading.report(
          at,
          "not a key of the map that began " + line(start),
          "key: value, with as many spaces in front as its neighbours");
    } else if (problem.contains("sequence entries are not allowed")) {
      reading.report(at, "a \"-\" that cannot be here", "the list on lines of its own");
    } else {
      reading.report(at, "not YAML: " + problem, "");
    }
  }

  /** A list or map in brackets that ends too late or not at all. */
  private static void unfinished(
      String what, String close, Position start, Position at, Reading reading) {
    var line = reading.line(at);
    int column = Math.min(at.column() - 1, line.length());
    if (line.startsWith("{", column) && line.substring(0, column).endsWith("$")) {
      reading.report(
          at, "a placeholder that YAML takes for a map", "quotes around it: \"${NAME}\"");
    } else if (at.line() == start.line()) {
      reading.report(
          at,
          "the " + what + " goes wrong here",
          "\",\" or \"" + close + "\", or quotes around a value");
    } else {
      reading.report(start, "a " + what + " that is never closed", close + " at its end");
    }
  }

  /** What stands there, or something that is no bracket. */
  private static String character(Position at, Reading reading) {
    var line = reading.line(at);
    return at.column() <= line.length() ? line.substring(at.column() - 1, at.column()) : " ";
  }

  /** The parser stops somewhere after the tab; it is in front of what comes first. */
  private static Position tab(Position at, Reading reading) {
    var line = reading.line(at);
    var indentation = line.substring(0, line.length() - line.stripLeading().length());
    int tab = indentation.indexOf('\t');
    return tab < 0 ? at : new Position(at.file(), at.line(), tab + 1, 1);
  }

  private static String line(Position at) {
    return "on line " + at.line();
  }

  private static Position position(Mark mark, Reading reading) {
    return new Position(reading.file(), mark.getLine() + 1, mark.getColumn() + 1, 1);
  }
}
