package dev.signalbox.proxy;

import dev.signalbox.config.InvalidValue;
import dev.signalbox.config.ObjectShape;
import dev.signalbox.config.ObjectShape.Build;
import dev.signalbox.config.ObjectShape.Keys;
import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;
import dev.signalbox.http.Ascii;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** What a route does with its requests. */
public sealed interface RouteAction {
  /** Forwards to an upstream of this name. */
  record To(String upstream) implements RouteAction {}

  /**
   * Answers by itself.
   *
   * @param headers in the order of the file
   */
  record Respond(int status, Map<String, String> headers, String body) implements RouteAction {
    // RFC 9110 §5.5, without the obsolete bytes above ASCII
    private static final Pattern FIELD_VALUE = Pattern.compile("(?:[!-~](?:[ \\t!-~]*[!-~])?)?");
    // Ours to say: they are the framing of the message and of the connection.
    private static final Set<String> FRAMING =
        Set.of(
            "connection",
            "content-length",
            "keep-alive",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    private static final Shape<String> HEADER_VALUE =
        Shapes.text("a header value")
            .only(
                value -> FIELD_VALUE.matcher(value).matches(),
                "printable ASCII without line breaks or spaces at its ends");

    static final Shape<Respond> SHAPE =
        ObjectShape.<Respond>of(
                "A fixed answer. Its short form is just the status.",
                keys -> {
                  var status =
                      keys.required("status", Shapes.integer(200, 599), "The status code.");
                  var headers =
                      keys.optional(
                          "headers",
                          Shapes.map(
                              "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$", Respond::checkName, HEADER_VALUE),
                          "{}",
                          "Headers of the answer. Content-Length and the like are added by"
                              + " themselves.");
                  var body =
                      keys.optional("body", Shapes.text("a text"), "\"\"", "The body, as UTF-8.");
                  return values -> {
                    int code = values.get(status);
                    // RFC 9110 §15.3.5, §15.3.6 and §15.4.5
                    boolean hasNoBody = code == 204 || code == 205 || code == 304;
                    if (hasNoBody && !values.get(body).isEmpty()) {
                      values.report(body, "status " + code + " has no body", "no body");
                      return null;
                    }
                    return new Respond(code, values.get(headers), values.get(body));
                  };
                })
            .orJust("status");

    public Respond {
      headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    private static void checkName(String name) {
      if (!Ascii.isToken(name)) {
        throw new InvalidValue(name, "is not a header name", "letters, digits and \"-\"");
      }
      if (FRAMING.contains(name.toLowerCase(Locale.ROOT))) {
        throw new InvalidValue(name, "is set by Signalbox itself", "it left out");
      }
    }
  }

  /** Declares {@code to} and {@code respond} of a route. */
  static Build<RouteAction> keys(Keys keys) {
    var to =
        keys.optional("to", Shapes.reference("upstream"), "The upstream that answers, by name.");
    var respond = keys.optional("respond", Respond.SHAPE, "A fixed answer.");
    keys.exactlyOne(to, respond);
    return values -> {
      var upstream = values.find(to);
      return upstream != null ? new To(upstream) : values.find(respond);
    };
  }
}
