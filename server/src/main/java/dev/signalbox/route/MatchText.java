package dev.signalbox.route;

import dev.signalbox.config.InvalidValue;
import dev.signalbox.config.ObjectShape;
import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;
import dev.signalbox.http.RequestHead;
import dev.signalbox.http.RequestTarget;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Reads the condition of a route from a configuration, in the normal form of requests: hosts in
 * lower case without port, paths without anything that the normaliser would change.
 */
public final class MatchText {
  private static final Pattern LABEL = Pattern.compile("[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?");
  private static final Pattern IPV6 = Pattern.compile("\\[[0-9a-f:.]+\\]");
  private static final int LONGEST_PATH = 4096;

  private static final Shape<String> HOST =
      Shapes.value(
          "host-match",
          "^(\\*\\.)?[^*/:]+$|^\\[[0-9A-Fa-f:.]+\\]$",
          List.of("shop.example.com", "*.example.com"),
          MatchText::host);

  private static final Shape<String> MATCH_PATH =
      Shapes.value(
          "path-match", "^/[^*?#]*(/\\*\\*)?$", List.of("/login", "/assets/**"), MatchText::path);

  public static final Shape<Match> SHAPE =
      ObjectShape.of(
          "Which requests a route takes: those that meet every condition.",
          keys -> {
            var host =
                keys.optional(
                    "host",
                    Shapes.oneOrMore(HOST),
                    "[]",
                    "The host that is asked for, in any case and without its port. *.example.com"
                        + " takes every name below example.com.");
            var path =
                keys.optional(
                    "path",
                    Shapes.oneOrMore(MATCH_PATH),
                    "[]",
                    "The path without its query. /assets/** takes /assets and everything below.");
            return values -> Match.of(values.get(host), values.get(path));
          });

  private MatchText() {}

  private static String host(String text) {
    var host = text.toLowerCase(Locale.ROOT);
    if (host.equals("*")) {
      throw new InvalidValue(text, "takes every host", "no host at all to take every one");
    }
    if (host.indexOf('/') >= 0) {
      throw new InvalidValue(text, "is a URL", "only its host; paths go under \"path\"");
    }
    if (IPV6.matcher(host).matches()) {
      return host;
    }
    int colon = host.indexOf(':');
    if (colon >= 0) {
      boolean isPort = host.substring(colon + 1).matches("[0-9]+") && colon > 0;
      throw new InvalidValue(
          text,
          isPort ? "has a port" : "is not a host",
          isPort
              ? host.substring(0, colon) + "; hosts match on any port"
              : "like shop.example.com or [::1]");
    }
    boolean isWildcard = host.startsWith("*.");
    var name = isWildcard ? host.substring(2) : host;
    if (name.indexOf('*') >= 0) {
      throw new InvalidValue(
          text, "has a \"*\" inside", "\"*.\" only in front, like *.example.com");
    }
    if (name.endsWith(".")) {
      throw new InvalidValue(text, "ends in a dot", text.substring(0, text.length() - 1));
    }
    boolean isName = name.length() <= 253;
    for (var label : name.split("\\.", -1)) {
      isName &= LABEL.matcher(label).matches();
    }
    if (!isName) {
      boolean isAscii = text.chars().allMatch(c -> c < 0x80);
      throw new InvalidValue(
          text,
          "is not a host",
          isAscii ? "like shop.example.com or *.example.com" : "its ASCII form: xn--…");
    }
    return host;
  }

  private static String path(String text) {
    if (!text.startsWith("/")) {
      throw new InvalidValue(
          text,
          "does not start with \"/\"",
          text.isEmpty() ? "like /login or /assets/**" : "/" + text);
    }
    if (text.length() > LONGEST_PATH) {
      throw new InvalidValue(text, "is too long", "at most " + LONGEST_PATH + " characters");
    }
    if (text.indexOf('?') >= 0 || text.indexOf('#') >= 0) {
      throw new InvalidValue(text, "has a query", "only the path");
    }
    var fixed = text.endsWith("/**") ? text.substring(0, text.length() - 2) : text;
    if (fixed.indexOf('*') >= 0) {
      throw new InvalidValue(
          text, "has a \"*\" that cannot be there", "an exact path, or /** at its end");
    }
    // Templates are not there yet; as plain text they would silently match nothing.
    if (fixed.indexOf('{') >= 0 || fixed.indexOf('}') >= 0) {
      throw new InvalidValue(text, "has braces", "an exact path, or /** at its end");
    }
    var normal = normal(text);
    if (!normal.equals(text)) {
      throw new InvalidValue(text, "is not how requests are normalised", normal);
    }
    return text;
  }

  /** The form in which paths are matched, from the very code that normalises requests. */
  private static String normal(String text) {
    var head = new RequestHead();
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    int start = head.headers().appendBytes(bytes, 0, bytes.length);
    var mistake = RequestTarget.path(head, start, start + bytes.length);
    if (mistake != null) {
      throw new InvalidValue(text, "has " + mistake, encoded(bytes));
    }
    return head.pathText();
  }

  private static String encoded(byte[] path) {
    var out = new StringBuilder();
    for (byte b : path) {
      boolean isPlain = b > ' ' && b < 0x7f && b != '\\';
      out.append(
          isPlain ? String.valueOf((char) b) : "%" + HexFormat.of().withUpperCase().toHexDigits(b));
    }
    return out.toString();
  }
}
