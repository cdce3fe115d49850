package dev.signalbox.route;

import dev.signalbox.config.ObjectShape;
import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;
import dev.signalbox.http.Ascii;
import dev.signalbox.http.RequestHead;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sends the client elsewhere. What a request says can become a part of the path or the query there,
 * and never the scheme, the host or the port. Immutable.
 *
 * @param scheme http or https; null for the request's
 * @param host null for the request's
 * @param port 0 for none
 * @param path null for the request's
 * @param ownQuery what comes before the request's query; may be empty
 * @param fragment may be empty
 */
public record Redirect(
    int status,
    @Nullable String scheme,
    @Nullable Template host,
    int port,
    @Nullable Template path,
    Template ownQuery,
    QueryEdit query,
    Template fragment)
    implements RouteAction {
  private static final Set<Integer> STATUSES = Set.of(301, 302, 303, 307, 308);

  static final Shape<Redirect> SHAPE =
      ObjectShape.<Redirect>of(
              "Where the client is sent. What is left out stays as it was requested.",
              keys -> {
                var to =
                    keys.optional(
                        "to",
                        RedirectTo.SHAPE,
                        "A path or a URL, with captures of the match like {id} in its path or"
                            + " query; or just https.");
                var status =
                    keys.optional(
                        "status",
                        Shapes.integer(301, 308)
                            .only(STATUSES::contains, "301, 302, 303, 307 or 308"),
                        "302",
                        "301 and 308 are for ever; 307 and 308 keep the method.");
                var scheme =
                    keys.optional(
                        "scheme",
                        Shapes.choice(List.of("http", "https"), word -> word),
                        "The scheme there.");
                var host =
                    keys.optional(
                        "host",
                        RedirectTo.HOST,
                        "The host there; only captures of the match's own host may be in it.");
                var port =
                    keys.optional(
                        "port",
                        Shapes.integer(1, 65535),
                        "The port there; left out, it is that of the scheme.");
                var query =
                    keys.optional(
                        "query",
                        QueryEdit.SHAPE,
                        "keep",
                        "What becomes of the query: kept, dropped or changed.");
                return values -> {
                  var target = values.find(to);
                  var isUrl = target != null && target.scheme() != null;
                  for (var other : List.of(scheme, host, port)) {
                    if (isUrl && values.has(other)) {
                      values.report(other, "\"to\" says it already", "it in one place only");
                      return null;
                    }
                  }
                  if (target == null && !values.hasAny(scheme, host, port, query)) {
                    values.report(
                        values.at(),
                        values.name() + ": leads nowhere else",
                        "to, scheme, host, port or query");
                    return null;
                  }
                  var there = target == null ? RedirectTo.SAME : target;
                  var newPort = values.find(port);
                  return new Redirect(
                      values.get(status),
                      isUrl ? there.scheme() : values.find(scheme),
                      isUrl ? there.host() : values.find(host),
                      isUrl ? there.port() : newPort == null ? 0 : newPort,
                      there.path(),
                      there.query(),
                      values.get(query),
                      there.fragment());
                };
              })
          .orJust("to");

  @Override
  public List<Template> templates() {
    var all = new ArrayList<Template>();
    if (host != null) {
      all.add(host);
    }
    if (path != null) {
      all.add(path);
    }
    all.add(ownQuery);
    all.addAll(query.templates());
    all.add(fragment);
    return all;
  }

  /**
   * What the Location field says (RFC 9110 §10.2.2).
   *
   * @return null where a host is needed and the request has none, which HTTP/1.0 allows
   */
  public @Nullable String location(RouteRequest request, Captures captures) {
    RequestHead head = request.head();
    var out = new StringBuilder(128);
    boolean isAbsolute = scheme != null || host != null || port > 0;
    if (isAbsolute && !authority(out, request, captures)) {
      return null;
    }
    var newPath = new StringBuilder();
    if (path != null) {
      path.expand(newPath, captures::get);
    } else {
      UrlText.append(newPath, head.pathText(), UrlText.Place.PATH);
    }
    // Two slashes would begin a host (RFC 3986 §4.2), so that a capture, or //evil.example as the
    // path that was asked for, would lead to another site. Behind a host they are only a path.
    boolean mayKeepSlashes = isAbsolute && path == null;
    int from = 0;
    while (from < newPath.length()
        && newPath.charAt(from) == '/'
        && !(mayKeepSlashes && from == 1)) {
      from++;
    }
    boolean isAsterisk = path == null && newPath.toString().equals("*");
    out.append('/').append(newPath, isAsterisk ? 1 : from, newPath.length());
    var own = new StringBuilder();
    ownQuery.expand(own, captures::get);
    query.append(out, own, queryOf(head), captures::get, true);
    if (!fragment.isEmpty()) {
      fragment.expand(out.append('#'), captures::get);
    }
    return out.toString();
  }

  private boolean authority(StringBuilder out, RouteRequest request, Captures captures) {
    var newScheme = scheme != null ? scheme : request.isSecure() ? "https" : "http";
    out.append(newScheme).append("://");
    int before = out.length();
    if (host != null) {
      host.expand(out, captures::get);
    } else {
      out.append(request.head().hostText());
    }
    if (out.length() == before) {
      return false;
    }
    if (port > 0 && port != (newScheme.equals("https") ? 443 : 80)) {
      out.append(':').append(port);
    }
    return true;
  }

  /** A request's query without its question mark. */
  static String queryOf(RequestHead head) {
    int start = Math.min(head.queryStart() + 1, head.queryEnd());
    return Ascii.text(head.bytes(), start, head.queryEnd());
  }

  /** In the words of a configuration, on one line. */
  @Override
  public String toString() {
    var parts = new ArrayList<String>();
    if (scheme != null) {
      parts.add(scheme);
    }
    if (host != null) {
      parts.add("host " + host);
    }
    if (port > 0) {
      parts.add("port " + port);
    }
    if (path != null) {
      parts.add(
          path
              + (ownQuery.isEmpty() ? "" : "?" + ownQuery)
              + (fragment.isEmpty() ? "" : "#" + fragment));
    }
    var text = "redirect " + status + " to " + String.join(", ", parts);
    return query.equals(QueryEdit.KEEP) ? text : text + " query " + query;
  }
}
