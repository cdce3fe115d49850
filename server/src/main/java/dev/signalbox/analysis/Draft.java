package dev.signalbox.analysis;

import dev.signalbox.config.InvalidValue;
import dev.signalbox.http.Ascii;
import dev.signalbox.route.OfflineRequest;
import dev.signalbox.route.WrittenRequest;
import java.net.InetAddress;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request in parts, of which one after the other is changed. Immutable: a change is another
 * draft.
 *
 * @param authority may be empty
 * @param query by decoded names
 * @param headers by lower-case names, cookies left out
 */
record Draft(
    WrittenRequest base,
    String method,
    boolean isSecure,
    String authority,
    String path,
    Map<String, String> query,
    Map<String, String> headers,
    Map<String, String> cookies,
    @Nullable InetAddress from,
    @Nullable String sni,
    @Nullable String listener,
    @Nullable String country,
    @Nullable String continent) {
  Draft {
    query = Collections.unmodifiableMap(new LinkedHashMap<>(query));
    headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    cookies = Collections.unmodifiableMap(new LinkedHashMap<>(cookies));
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
    return new Draft(
        asked,
        head.methodText(),
        request.isSecure(),
        Ascii.text(head.bytes(), head.authorityStart(), head.authorityEnd()),
        head.pathText(),
        query,
        headers,
        cookies,
        asked.from(),
        asked.sni(),
        asked.listener(),
        asked.country(),
        asked.continent());
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
        base.body(),
        base.at(),
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

  Draft withMethod(String other) {
    return new Draft(
        base, other, isSecure, authority, path, query, headers, cookies, from, sni, listener,
        country, continent);
  }

  Draft withSecure(boolean other) {
    return new Draft(
        base, method, other, authority.isEmpty() ? "example.com" : authority, path, query, headers,
        cookies, from, sni, listener, country, continent);
  }

  /** The port stays. */
  Draft withHost(String host) {
    int colon = authority.indexOf(':', Math.max(0, authority.lastIndexOf(']')));
    return new Draft(
        base, method, isSecure, host + (colon < 0 ? "" : authority.substring(colon)), path, query,
        headers, cookies, from, sni, listener, country, continent);
  }

  Draft withPath(String other) {
    return new Draft(
        base, method, isSecure, authority, other, query, headers, cookies, from, sni, listener,
        country, continent);
  }

  /** Null takes it away. */
  Draft withQuery(String name, @Nullable String value) {
    return new Draft(
        base, method, isSecure, authority, path, with(query, name, value), headers, cookies, from,
        sni, listener, country, continent);
  }

  Draft withHeader(String name, @Nullable String value) {
    return new Draft(
        base, method, isSecure, authority, path, query, with(headers, name, value), cookies, from,
        sni, listener, country, continent);
  }

  Draft withCookie(String name, @Nullable String value) {
    return new Draft(
        base, method, isSecure, authority, path, query, headers, with(cookies, name, value), from,
        sni, listener, country, continent);
  }

  Draft withFrom(@Nullable InetAddress other) {
    return new Draft(
        base, method, isSecure, authority, path, query, headers, cookies, other, sni, listener,
        country, continent);
  }

  Draft withSni(@Nullable String other) {
    return new Draft(
        base, method, isSecure, authority, path, query, headers, cookies, from, other, listener,
        country, continent);
  }

  Draft withListener(String other) {
    return new Draft(
        base, method, isSecure, authority, path, query, headers, cookies, from, sni, other,
        country, continent);
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
}
