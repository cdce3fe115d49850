package dev.signalbox.route;

import dev.signalbox.config.Bytes;
import dev.signalbox.config.FileContent;
import dev.signalbox.config.InvalidValue;
import dev.signalbox.config.ObjectShape;
import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;
import dev.signalbox.http.Ascii;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Answers by itself. Immutable.
 *
 * @param headers in the order of the file
 * @param file in place of the body, or null
 */
public record Respond(
    int status, Map<String, String> headers, String body, @Nullable FileContent file)
    implements RouteAction {
  /** Of a file: it is kept in memory, and sent as a whole. */
  private static final Bytes MOST = new Bytes(1 << 20);

  /** The kinds of files that answers are made of. */
  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("css", "text/css; charset=utf-8"),
          Map.entry("gif", "image/gif"),
          Map.entry("htm", "text/html; charset=utf-8"),
          Map.entry("html", "text/html; charset=utf-8"),
          Map.entry("ico", "image/vnd.microsoft.icon"),
          Map.entry("jpeg", "image/jpeg"),
          Map.entry("jpg", "image/jpeg"),
          Map.entry("js", "text/javascript; charset=utf-8"), // RFC 9239 §6
          Map.entry("json", "application/json"),
          Map.entry("pdf", "application/pdf"),
          Map.entry("png", "image/png"),
          Map.entry("svg", "image/svg+xml"),
          Map.entry("txt", "text/plain; charset=utf-8"),
          Map.entry("webp", "image/webp"),
          Map.entry("woff2", "font/woff2"),
          Map.entry("xml", "application/xml"));

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
                var status = keys.required("status", Shapes.integer(200, 599), "The status code.");
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
                var file =
                    keys.optional(
                        "file",
                        FileContent.shape(MOST),
                        "A file with the body, of at most "
                            + MOST
                            + ", read when the configuration is.");
                return values -> {
                  int code = values.get(status);
                  // RFC 9110 §15.3.5, §15.3.6 and §15.4.5
                  boolean hasNoBody = code == 204 || code == 205 || code == 304;
                  if (hasNoBody && (!values.get(body).isEmpty() || values.has(file))) {
                    var which = values.has(file) ? file : body;
                    values.report(which, "status " + code + " has no body", "no body");
                    return null;
                  }
                  if (values.has(body) && values.has(file)) {
                    values.report(file, "\"body\" is there, too", "only one of them");
                    return null;
                  }
                  return new Respond(
                      code, values.get(headers), values.get(body), values.find(file));
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

  /** What the body is, by the end of the file's name; a body that is written is plain text. */
  public String contentType() {
    if (file == null) {
      return "text/plain; charset=utf-8";
    }
    var name = file.path().toLowerCase(Locale.ROOT);
    return TYPES.getOrDefault(
        name.substring(name.lastIndexOf('.') + 1), "application/octet-stream");
  }

  /** In the words of a configuration, on one line. */
  @Override
  public String toString() {
    return "respond " + status + (file == null ? "" : " with " + file.path());
  }

  @Override
  public List<Template> templates() {
    return List.of();
  }
}
