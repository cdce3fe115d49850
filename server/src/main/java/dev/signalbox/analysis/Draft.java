package dev.signalbox.analysis;

import dev.signalbox.config.InvalidValue;
import dev.signalbox.http.Ascii;
import dev.signalbox.route.ClientCert;
import dev.signalbox.route.ClientCertIs;
import dev.signalbox.route.OfflineRequest;
import dev.signalbox.route.WrittenRequest;
import java.net.InetAddress;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A request in parts, of which one after the other is changed. Immutable once it is made: a change
 * is another draft.
 */
final class Draft {
  private String method = "GET";
  private boolean isSecure;
  private String authority = "";
  private String path = "/";
  private Map<String, String> query = Map.of(); // by decoded names
  private Map<String, String> headers = Map.of(); // by lower-case names, without cookies
  private Map<String, String> cookies = Map.of();
  private @Nullable InetAddress from;
  private @Nullable String sni;
  private @Nullable ClientCert clientCert;
  private @Nullable String body;
  private @Nullable Instant at;
  private @Nullable String listener;
  private @Nullable String country;
  private @Nullable String continent;

  private Draft() {}

  private Draft(Draft other) {
    method = other.method;
    isSecure = other.isSecure;
    authority = other.authority;
    path = other.path;
    query = other.query;
    headers = other.headers;
    cookies = other.cookies;
    from = other.from;
    sni = other.sni;
    clientCert = other.clientCert;
    body = other.body;
    at = other.at;
    listener = other.listener;
    country = other.country;
    continent = other.continent;
  }

  /** What a request is made of. */
  static Draft of(WrittenRequest asked, OfflineRequest request) {
    var head = request.head();
    var query = new LinkedHashMap<String, String>();
    var text = Ascii.text(head.bytes(), head.queryStart(), head.queryEnd());
    for (var pair : (text.isEmpty() ? "" : text.substring(1)).split("&", -1)) {
      int equals = pair.indexOf('=');
      if (!pair.isEmpty()) {
        query.putIfAbsent(
            decoded(equals < 0 ? pair : pair.substring(0, equals)),
            equals < 0 ? "" : decoded(pair.substring(equals + 1)));
      }
    }
    var headers = new LinkedHashMap<String, String>();
    var cookies = new LinkedHashMap<String, String>();
    for (var line : asked.headers()) {
      var name = line.name().toLowerCase(Locale.ROOT);
      if (name.equals("cookie")) {
        List.of(line.value().split(";", -1)).forEach(pair -> cookie(pair, cookies));
      } else if (!name.equals("host")) {
        headers.merge(name, line.value(), (a, b) -> a + ", " + b);
      }
    }
    asked.cookies().forEach(pair -> cookie(pair, cookies));
    var draft = new Draft();
    draft.method = head.methodText();
    draft.isSecure = request.isSecure();
    draft.authority = Ascii.text(head.bytes(), head.authorityStart(), head.authorityEnd());
    draft.path = head.pathText();
    draft.query = query;
    draft.headers = headers;
    draft.cookies = cookies;
    draft.from = asked.from();
    draft.sni = asked.sni();
    draft.clientCert = asked.clientCert();
    draft.body = asked.body();
    draft.at = asked.at();
    draft.listener = asked.listener();
    draft.country = asked.country();
    draft.continent = asked.continent();
    return draft;
  }

  private static void cookie(String pair, Map<String, String> into) {
    int equals = pair.indexOf('=');
    if (equals > 0) {
      into.putIfAbsent(pair.substring(0, equals).strip(), pair.substring(equals + 1).strip());
    }
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      return text; // what is no escape stays as it is
    }
  }

  /** As people write it; the parts that did not change, as they were. */
  WrittenRequest written() {
    var lines = new ArrayList<WrittenRequest.Line>();
    headers.forEach((name, value) -> lines.add(new WrittenRequest.Line(name(name), value)));
    var target = new StringBuilder(path);
    query.forEach((name, value) ->
        target
            .append(target.indexOf("?") < 0 ? '?' : '&')
            .append(URLEncoder.encode(name, StandardCharsets.UTF_8))
            .append(value.isEmpty() ? "" : "=" + URLEncoder.encode(value, StandardCharsets.UTF_8)));
    var scheme = isSecure ? "https://" : "http://";
    return new WrittenRequest(
        method,
        authority.isEmpty() ? target.toString() : scheme + authority + target,
        lines,
        cookies.entrySet().stream().map(c -> c.getKey() + "=" + c.getValue()).toList(),
        from,
        sni,
        clientCert,
        body,
        at,
        listener,
        country,
        continent);
  }

  /** Of a header, as it is usually written. */
  private static String name(String lower) {
    var name = new StringBuilder(lower);
    for (int i = 0; i < name.length(); i++) {
      if (i == 0 || name.charAt(i - 1) == '-') {
        name.setCharAt(i, Character.toUpperCase(name.charAt(i)));
      }
    }
    return name.toString();
  }

  /** The request, or null if no server would take it. */
  @Nullable OfflineRequest request(Decider decider) {
    try {
      return decider.arriving(written());
    } catch (InvalidValue _) {
      return null;
    }
  }

  private Draft changed(Consumer<Draft> change) {
    var copy = new Draft(this);
    change.accept(copy);
    return copy;
  }

  String path() {
    return path;
  }

  Draft withMethod(String other) {
    return changed(draft -> draft.method = other);
  }

  Draft withSecure(boolean other) {
    return changed(draft -> {
      draft.isSecure = other;
      draft.authority = authority.isEmpty() ? "www.example.com" : authority;
    });
  }

  /** The port stays. */
  Draft withHost(String host) {
    int colon = authority.indexOf(':', Math.max(0, authority.lastIndexOf(']')));
    return changed(draft -> draft.authority = host + (colon < 0 ? "" : authority.substring(colon)));
  }

  Draft withPath(String other) {
    return changed(draft -> draft.path = other);
  }

  /** Null takes it away; likewise below. */
  Draft withQuery(String name, @Nullable String value) {
    return changed(draft -> draft.query = with(query, name, value));
  }

  Draft withHeader(String name, @Nullable String value) {
    return changed(draft -> draft.headers = with(headers, name, value));
  }

  Draft withCookie(String name, @Nullable String value) {
    return changed(draft -> draft.cookies = with(cookies, name, value));
  }

  Draft withFrom(@Nullable InetAddress other) {
    return changed(draft -> draft.from = other);
  }

  Draft withSni(@Nullable String other) {
    return changed(draft -> draft.sni = other);
  }

  Draft withClientCert(ClientCertIs.Part part, String text) {
    var builder = OfflineRequest.of("GET", "/").clientCert(clientCert).clientCert(part, text);
    return withSecure(true).changed(draft -> draft.clientCert = builder.build().clientCert());
  }

  Draft withoutClientCert() {
    return changed(draft -> draft.clientCert = null);
  }

  Draft withBody(String type, String text) {
    return changed(draft -> {
      draft.body = text;
      draft.method = method.equals("GET") ? "POST" : method;
      draft.headers = with(headers, "content-type", type);
    });
  }

  Draft withAt(Instant other) {
    return changed(draft -> draft.at = other);
  }

  Draft withListener(String other) {
    return changed(draft -> draft.listener = other);
  }

  Draft withCountry(@Nullable String other) {
    return changed(draft -> draft.country = other);
  }

  Draft withContinent(@Nullable String other) {
    return changed(draft -> draft.continent = other);
  }

  private static Map<String, String> with(
      Map<String, String> map, String name, @Nullable String value) {
    var changed = new LinkedHashMap<>(map);
    if (value == null) {
      changed.remove(name);
    } else {
      changed.put(name, value);
    }
    return changed;
  }

  /** By what they say: the same text is the same request. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Draft draft && written().equals(draft.written());
  }

  @Override
  public int hashCode() {
    return written().hashCode();
  }
}
