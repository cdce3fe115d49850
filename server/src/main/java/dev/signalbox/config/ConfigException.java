package dev.signalbox.config;

import java.util.List;

/** The configuration cannot be used. It holds every mistake, in the order of the file. */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int MOST_SHOWN = 100;

  private final transient List<Problem> problems;

  public ConfigException(List<Problem> problems) {
    super(text(problems, false));
    this.problems = List.copyOf(problems);
  }

  public List<Problem> problems() {
    return problems;
  }

  /** The mistakes as a person reads them, each with its line. Ends with a line break. */
  public String render(boolean colour) {
    return text(problems, colour);
  }

  private static String text(List<Problem> problems, boolean colour) {
    var out = new StringBuilder();
    problems.stream().limit(MOST_SHOWN).forEach(problem -> out.append(problem.render(colour)));
    if (problems.size() > 1) {
      out.append(problems.size()).append(" mistakes");
      if (problems.size() > MOST_SHOWN) {
        out.append(", the first ").append(MOST_SHOWN).append(" are shown");
      }
      out.append('\n');
    }
    return out.toString();
  }
}
