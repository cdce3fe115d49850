package dev.signalbox.route;

import java.util.Arrays;
import java.util.List;

/**
 * The kinds of findings about rules, by the names under which a route may allow them. What finds
 * them is the room {@code analysis}.
 */
public enum FindingId {
  CONTRADICTORY("contradictory", Severity.ERROR, "Its conditions exclude each other."),
  REDIRECT_LOOP("redirect-loop", Severity.ERROR, "Following the redirects never ends."),
  FORWARD_LOOP("forward-loop", Severity.ERROR, "Signalbox forwards to itself, and never ends."),
  UNREACHABLE("unreachable", Severity.WARNING, "Earlier routes take all of its requests."),
  UNUSED_UPSTREAM("unused-upstream", Severity.WARNING, "No request ever goes there."),
  UNUSED_LISTENER("unused-listener", Severity.WARNING, "No route takes what arrives there."),
  UNASKED_CERT(
      "unasked-cert",
      Severity.WARNING,
      "It wants a client's certificate, and no listener asks for one."),
  REDUNDANT("redundant", Severity.NOTE, "Without it the same would happen."),
  OVERLAP("overlap", Severity.NOTE, "Some requests match both, and only the order decides."),
  NO_MATCH("no-match", Severity.NOTE, "Some requests for a host match no route."),
  UNUSED_ARM("unused-arm", Severity.NOTE, "An upstream of a split has the weight 0."),
  HARD_RULE("hard-rule", Severity.NOTE, "Its condition is hard to explain."),
  UNKNOWN("unknown", Severity.NOTE, "Nothing could be proved in the time there is."),
  UNUSED_ALLOW("unused-allow", Severity.NOTE, "Nothing is found that it would allow.");

  /** How bad a finding is. */
  public enum Severity {
    ERROR,
    WARNING,
    NOTE;

    /** In lower case, as it is printed. */
    public String word() {
      return switch (this) {
        case ERROR -> "error";
        case WARNING -> "warning";
        case NOTE -> "note";
      };
    }
  }

  private final String word;
  private final Severity severity;
  private final String meaning;

  FindingId(String word, Severity severity, String meaning) {
    this.word = word;
    this.severity = severity;
    this.meaning = meaning;
  }

  /** Its name in configurations and outputs, which never changes. */
  public String word() {
    return word;
  }

  public Severity severity() {
    return severity;
  }

  @Override
  public String toString() {
    return word;
  }

  /** What it means, in a sentence. */
  public String meaning() {
    return meaning;
  }

  /** Those that are about routes, and which a route may therefore allow. */
  static List<FindingId> ofRoutes() {
    return Arrays.stream(values())
        .filter(id -> id != UNUSED_UPSTREAM && id != UNUSED_LISTENER && id != UNUSED_ALLOW)
        .toList();
  }
}
