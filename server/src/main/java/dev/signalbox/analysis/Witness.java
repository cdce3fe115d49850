package dev.signalbox.analysis;

import dev.signalbox.http.Ascii;
import dev.signalbox.route.BodyView;
import dev.signalbox.route.OfflineRequest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A request that proves something, and how it is written on a command line, as {@code explain}
 * takes it. Immutable.
 */
public record Witness(OfflineRequest request) {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./~-]+");
  private static final Pattern SPECIAL = Pattern.compile("[\\\\\"$`]");

  /** The absolute URL; where the request names no host, only its path and query. */
  public String url() {
    var head = request.head();
    if (head.isConnect()) { // a scheme in front says that it comes by TLS
      return (request.isSecure() ? "https://" : "") + authority();
    }
    var target = head.pathText() + Ascii.text(head.bytes(), head.queryStart(), head.queryEnd());
    return hasUrl() ? scheme() + "://" + authority() + target : target;
  }

  /** As in {@code GET http://shop.example.com/x -H "X-Canary: 1" --from 10.0.0.1}. */
  @Override
  public String toString() {
    var head = request.head();
    var text = new StringBuilder(head.methodText()).append(' ').append(quoted(url()));
    if (!hasUrl() && !authority().isEmpty()) {
      option(text, "-H", "Host: " + authority());
    }
    var fields = head.headers();
    for (int i = 0; i < fields.size(); i++) {
      if (!fields.isRemoved(i)) {
        int start = fields.valueStart(i);
        var value =
            new String(fields.bytes(), start, fields.valueEnd(i) - start, StandardCharsets.UTF_8);
        option(text, "-H", fields.name(i) + ": " + value);
      }
    }
    var client = request.client();
    option(text, "--from", client == null ? null : client.getHostAddress());
    option(text, "--listener", request.listener().isEmpty() ? null : request.listener());
    option(text, "--sni", request.sni());
    var cert = request.clientCert();
    option(text, "--client-cert", cert == null ? null : cert.toString());
    long seconds = request.epochSeconds();
    option(text, "--at", seconds == 0 ? null : Instant.ofEpochSecond(seconds).toString());
    option(text, "--country", request.country());
    option(text, "--continent", request.continent());
    if (request.body().state() == BodyView.State.COMPLETE) {
      option(text, "--body", new String(request.body().bytes(), StandardCharsets.UTF_8));
    }
    return text.toString();
  }

  /** Only requests for everything, {@code OPTIONS *}, and those without a host have none. */
  private boolean hasUrl() {
    return !authority().isEmpty() && request.head().pathText().startsWith("/");
  }

  private String scheme() {
    return request.isSecure() ? "https" : "http";
  }

  private String authority() {
    var head = request.head();
    return Ascii.text(head.bytes(), head.authorityStart(), head.authorityEnd());
  }

  private static void option(StringBuilder text, String name, @Nullable String value) {
    if (value != null) {
      text.append(' ').append(name).append(' ').append(quoted(value));
    }
  }

  private static String quoted(String text) {
    return PLAIN.matcher(text).matches()
        ? text
        : '"' + SPECIAL.matcher(text).replaceAll("\\\\$0") + '"';
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Witness witness && toString().equals(witness.toString());
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }
}
