package dev.signalbox.route;

import dev.signalbox.config.InvalidValue;
import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The target of a redirect as it is written: {@code /new/{rest}}, {@code https://example.com/x}, or
 * {@code https}. Immutable.
 *
 * @param scheme null where only a path is written
 * @param host null for the request's
 * @param port 0 for none
 * @param path null for the request's
 */
record RedirectTo(
    @Nullable String scheme,
    @Nullable Template host,
    int port,
    @Nullable Template path,
    Template query,
    Template fragment) {
  private static final Template NOTHING = Template.literal("", UrlText.Place.PARAMETER);
  private static final String EXPECTED = "a path like /new/{rest}, a URL, or https";
  private static final Pattern IPV6 = Pattern.compile("\\[[0-9a-f:.]+\\]");
  private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:.*");

  static final RedirectTo SAME = new RedirectTo(null, null, 0, null, NOTHING, NOTHING);

  static final Shape<Template> HOST =
      Shapes.value(
              "redirect-host",
              "^[^/:@?#]+$|^\\[[0-9A-Fa-f:.]+\\]$",
              List.of("www.example.com", "{tenant}.example.com"),
              RedirectTo::host)
          .located(Template::at);

  static final Shape<RedirectTo> SHAPE =
      Shapes.value(
              "redirect-target",
              "^https?$|^https?://|^/",
              List.of("/new/{rest}", "https://www.example.com/", "https"),
              RedirectTo::of)
          .located((target, node) ->
              new RedirectTo(
                  target.scheme(),
                  target.host() == null ? null : target.host().at(node),
                  target.port(),
                  target.path() == null ? null : target.path().at(node),
                  target.query().at(node),
                  target.fragment().at(node)));

  private static RedirectTo of(String text) {
    if (text.equals("https") || text.equals("http")) {
      return new RedirectTo(text, null, 0, null, NOTHING, NOTHING);
    }
    if (text.startsWith("//")) {
      throw new InvalidValue(text, "begins with \"//\", which names another host", "https:" + text);
    }
    if (text.startsWith("/")) {
      return new RedirectTo(null, null, 0, null, NOTHING, NOTHING).withRest(text);
    }
    var lower = text.toLowerCase(Locale.ROOT);
    boolean isHttps = lower.startsWith("https://");
    if (!isHttps && !lower.startsWith("http://")) {
      boolean hasScheme = SCHEME.matcher(text).matches();
      throw new InvalidValue(
          text,
          hasScheme ? "is no http or https URL" : "begins with neither \"/\" nor a scheme",
          EXPECTED);
    }
    int start = isHttps ? 8 : 7;
    int end = start;
    while (end < text.length() && "/?#\\".indexOf(text.charAt(end)) < 0) {
      end++;
    }
    var authority = text.substring(start, end);
    if (authority.indexOf('@') >= 0) {
      throw new InvalidValue(text, "has a user name", "only a host, and a port");
    }
    int bracket = authority.lastIndexOf(']');
    int colon = authority.indexOf(':', Math.max(0, bracket));
    var host = host(colon < 0 ? authority : authority.substring(0, colon));
    int port = colon < 0 ? 0 : port(text, authority.substring(colon + 1));
    return new RedirectTo(isHttps ? "https" : "http", host, port, null, NOTHING, NOTHING)
        .withRest(
            end < text.length() && text.charAt(end) == '/'
                ? text.substring(end)
                : "/" + text.substring(end));
  }

  /** With path, query and fragment of this text. */
  private RedirectTo withRest(String text) {
    int hash = text.indexOf('#');
    var beforeHash = hash < 0 ? text : text.substring(0, hash);
    int mark = beforeHash.indexOf('?');
    return new RedirectTo(
        scheme,
        host,
        port,
        Template.of(mark < 0 ? beforeHash : beforeHash.substring(0, mark), UrlText.Place.PATH),
        mark < 0 ? NOTHING : Template.of(beforeHash.substring(mark + 1), UrlText.Place.PARAMETER),
        hash < 0 ? NOTHING : Template.of(text.substring(hash + 1), UrlText.Place.PARAMETER));
  }

  private static Template host(String text) {
    var lower = text.indexOf('{') < 0 ? text.toLowerCase(Locale.ROOT) : text;
    if (IPV6.matcher(lower).matches()) {
      return Template.literal(lower, UrlText.Place.HOST);
    }
    var template = Template.of(lower, UrlText.Place.HOST);
    if (template.isEmpty()) {
      throw new InvalidValue(text, "is no host", "like www.example.com");
    }
    return template;
  }

  private static int port(String text, String port) {
    if (!port.matches("[1-9][0-9]{0,4}") || Integer.parseInt(port) > 65535) {
      throw new InvalidValue(text, "has no port behind its \":\"", "a port from 1 to 65535");
    }
    return Integer.parseInt(port);
  }
}
