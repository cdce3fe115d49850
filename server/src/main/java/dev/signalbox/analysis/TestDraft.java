package dev.signalbox.analysis;

import dev.signalbox.route.WrittenRequest;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tests to start from: for each route a request that it takes. Pure. */
public final class TestDraft {
  private static final WrittenRequest BASE = WrittenRequest.of("GET", "http://www.example.com/");

  private final StringBuilder out = new StringBuilder();
  private final Decider decider;
  private int missing;

  private TestDraft(Decider decider) {
    this.decider = decider;
  }

  /**
   * The text of a {@code tests} list, and for how many routes no request was found.
   *
   * @param text YAML, to be appended to the file
   */
  public record Drafted(String text, int missing) {}

  public static Drafted of(Decider decider) {
    var draft = new TestDraft(decider);
    draft.out.append("tests:\n");
    var maker = new RequestMaker(decider);
    for (var rule : decider.file().rules()) {
      draft.write(rule, maker.toward(rule, BASE));
    }
    if (draft.out.indexOf("  - ") < 0) {
      draft.out.insert("tests:".length(), " []");
    }
    return new Drafted(draft.out.toString(), draft.missing);
  }

  private void write(Rule rule, Optional<WrittenRequest> found) {
    if (found.isEmpty()) {
      missing++;
      out.append("  # ").append(rule.name()).append(" (line ").append(rule.at().line());
      out.append("): no request was found that it takes\n");
      return;
    }
    var request = found.get();
    out.append("  - request: ").append(quoted(request.method() + " " + request.url()));
    out.append('\n');
    map(
        "headers",
        request.headers().stream()
            .map(line -> quoted(line.name()) + ": " + quoted(line.value()))
            .toList());
    map(
        "cookies",
        request.cookies().stream()
            .map(cookie -> cookie.split("=", 2))
            .map(cookie -> quoted(cookie[0]) + ": " + quoted(cookie[1]))
            .toList());
    InetAddress from = request.from();
    key("from", from == null ? null : from.getHostAddress());
    key("sni", request.sni());
    var cert = request.clientCert();
    key("client-cert", cert == null ? null : cert.toString());
    key("body", request.body());
    key("at", request.at() == null ? null : request.at().toString());
    key("listener", request.listener());
    key("country", request.country());
    key("continent", request.continent());
    map("then", then(rule, decider.decide(request).outcome()));
  }

  private static List<String> then(Rule rule, Outcome outcome) {
    var keys = new ArrayList<String>();
    keys.add("route: " + quoted(rule.name()));
    switch (outcome) {
      case Outcome.Unrouted _, Outcome.NoHandshake _ -> {}
      case Outcome.Refused(int status, _) -> keys.add("status: " + status);
      case Outcome.Answered(var respond) -> keys.add("status: " + respond.status());
      case Outcome.Redirected(int status, String location) -> {
        keys.add("status: " + status);
        keys.add("redirect: " + quoted(location));
      }
      case Outcome.Forwarded forwarded -> {
        if (forwarded.arms().size() == 1) {
          keys.add("upstream: " + quoted(forwarded.arms().getFirst().upstream()));
        }
        if (forwarded.isRewritten()) {
          keys.add("path: " + quoted(forwarded.target()));
        }
      }
    }
    return keys;
  }

  private void map(String key, List<String> entries) {
    if (!entries.isEmpty()) {
      out.append("    ").append(key).append(": { ");
      out.append(String.join(", ", entries)).append(" }\n");
    }
  }

  private void key(String key, @Nullable String value) {
    if (value != null) {
      out.append("    ").append(key).append(": ").append(quoted(value)).append('\n');
    }
  }

  /** As it is where that is the same text to YAML; else in double quotes, in which any text is. */
  private static String quoted(String text) {
    if (text.matches("[A-Za-z][A-Za-z0-9_-]*|/[A-Za-z0-9_/.-]*")
        && !text.matches("(?i)true|false|yes|no|on|off|null|y|n|none")) {
      return text;
    }
    var filled = text.replace("${", "$${"); // which would be a placeholder
    if (filled.matches("[ -&(-~]*[\"\\\\][ -&(-~]*")) {
      return "'" + filled + "'";
    }
    var quoted = new StringBuilder("\"");
    filled
        .chars()
        .forEach(c -> {
          if (c == '"' || c == '\\' || c < ' ' || (c >= 0x7f && c < 0xa0) || c == 0xfeff) {
            quoted.append(String.format("\\u%04x", c));
          } else {
            quoted.append((char) c);
          }
        });
    return quoted.append('"').toString();
  }
}
