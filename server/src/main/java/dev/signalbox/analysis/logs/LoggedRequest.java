package dev.signalbox.analysis.logs;

import dev.signalbox.config.InvalidValue;
import dev.signalbox.route.OfflineRequest;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request that a log tells of, as far as it does. Immutable.
 *
 * @param target path and query as the client sent them
 * @param host null where unknown
 * @param scheme {@code http}, {@code https}, or null where unknown
 * @param body null where there is none, or none is known
 */
public record LoggedRequest(
    String method,
    String target,
    @Nullable String host,
    @Nullable String scheme,
    @Nullable InetAddress client,
    @Nullable String sni,
    String listener,
    long epochSeconds,
    List<Header> headers,
    @Nullable String body,
    Known known)
    implements LogLine {
  /** Stands where a URL needs a host and none is known; conditions on hosts are not asked then. */
  private static final String NO_HOST = "unknown.invalid";

  public LoggedRequest {
    headers = List.copyOf(headers);
  }

  /** A header line. */
  public record Header(String name, String value) {}

  /** The same to this host, where the log does not say which. */
  public LoggedRequest orHost(String other) {
    return known.knows(Part.HOST)
        ? this
        : new LoggedRequest(
            method,
            target,
            other,
            scheme,
            client,
            sni,
            listener,
            epochSeconds,
            headers,
            body,
            known.with(Part.HOST));
  }

  /** The same at this listener, where the log does not say which. */
  public LoggedRequest orListener(String other) {
    return known.knows(Part.LISTENER)
        ? this
        : new LoggedRequest(
            method,
            target,
            host,
            scheme,
            client,
            sni,
            other,
            epochSeconds,
            headers,
            body,
            known.with(Part.LISTENER));
  }

  /**
   * The request, with what is unknown left out.
   *
   * @throws InvalidValue if the server would refuse such a one
   */
  public OfflineRequest request() {
    return request(target);
  }

  /** The same for another path. */
  public OfflineRequest withPath(String path) {
    int query = target.indexOf('?');
    return request(query < 0 ? path : path + target.substring(query));
  }

  private OfflineRequest request(String of) {
    boolean isAsterisk = of.equals("*") && method.equals("OPTIONS"); // RFC 9112 §3.2.4
    if (!of.startsWith("/") && !isAsterisk) {
      throw new InvalidValue(of, "is no path", "a path that starts with /");
    }
    var url = "https".equals(scheme) ? "https://" + (host == null ? NO_HOST : host) + of : of;
    var builder = OfflineRequest.of(method, url);
    if (host != null) {
      builder.header("Host", host);
    }
    for (var header : headers) {
      builder.header(header.name(), header.value());
    }
    builder.listener(listener).client(client).sni(sni).at(Instant.ofEpochSecond(epochSeconds));
    if (body != null) {
      builder.body(body.getBytes(StandardCharsets.UTF_8));
    }
    return builder.build();
  }

  /** On one line, for people. */
  @Override
  public String toString() {
    return method + " " + (host == null ? "" : host) + target;
  }

  /** Collects what a line says. */
  static final class Builder {
    private final EnumSet<Part> parts = EnumSet.noneOf(Part.class);
    private final Set<String> listed = new HashSet<>();
    private final List<Header> headers = new ArrayList<>();
    private @Nullable String method;
    private @Nullable String target;
    private @Nullable String host;
    private @Nullable String scheme;
    private @Nullable InetAddress client;
    private @Nullable String sni;
    private String listener = "";
    private long epochSeconds;
    private @Nullable String body;
    private boolean allHeaders;

    Builder method(@Nullable String name) {
      method = name;
      return this;
    }

    /** Path and query; an absolute URL says host and scheme, too. */
    Builder target(@Nullable String text) {
      target = text;
      parts.add(Part.QUERY);
      return this;
    }

    /** A path of which nobody knows whether a query followed. */
    Builder pathAlone(@Nullable String path) {
      target = path;
      return this;
    }

    Builder host(@Nullable String name) {
      if (name != null && !name.isEmpty() && !name.equals("-")) {
        host = name;
        parts.add(Part.HOST);
      }
      return this;
    }

    Builder scheme(@Nullable String name) {
      var lower = name == null ? "" : name.toLowerCase(Locale.ROOT);
      if (lower.equals("http") || lower.equals("https")) {
        scheme = lower;
        parts.add(Part.SCHEME);
      }
      return this;
    }

    /** An address, with or without its port; a name, as Apache may log it, says nothing. */
    Builder client(@Nullable String text) {
      var address = text == null ? null : Addresses.read(text);
      if (address != null) {
        client = address;
        parts.add(Part.CLIENT);
      }
      return this;
    }

    /** The name in the TLS handshake; the empty one for none. */
    Builder sni(@Nullable String name) {
      if (name != null) {
        sni = name.isEmpty() ? null : name;
        parts.add(Part.SNI);
      }
      return this;
    }

    Builder listener(@Nullable String name) {
      if (name != null) {
        listener = name;
        parts.add(Part.LISTENER);
      }
      return this;
    }

    /** Seconds since 1970, or {@link LogTime#NONE}. */
    Builder time(long seconds) {
      if (seconds != LogTime.NONE) {
        epochSeconds = seconds;
        parts.add(Part.TIME);
      }
      return this;
    }

    Builder body(@Nullable String text) {
      body = text;
      parts.add(Part.BODY);
      return this;
    }

    /** A header with this value, or, for null, without: known either way. */
    Builder header(String name, @Nullable String value) {
      listed.add(name.toLowerCase(Locale.ROOT));
      if (value != null) {
        headers.add(new Header(name, value));
      }
      return this;
    }

    /** A header where all are known: another line of it. */
    Builder listed(String name, String value) {
      headers.add(new Header(name, value));
      return this;
    }

    /** Every header is known but those of {@link #unknownHeader}. */
    Builder allHeaders() {
      allHeaders = true;
      listed.clear();
      return this;
    }

    /** After {@link #allHeaders}: this one is not. */
    Builder unknownHeader(String name) {
      var lower = name.toLowerCase(Locale.ROOT);
      listed.add(lower);
      headers.removeIf(header -> header.name().equalsIgnoreCase(lower));
      return this;
    }

    /** The header as it is listed so far, or null. */
    @Nullable String header(String name) {
      for (var header : headers) {
        if (header.name().equalsIgnoreCase(name)) {
          return header.value();
        }
      }
      return null;
    }

    LogLine build() {
      if (method == null || target == null) {
        return new Unreadable(method == null ? "no method" : "no path");
      }
      absolute(target);
      return new LoggedRequest(
          method,
          target,
          host,
          scheme,
          client,
          sni,
          listener,
          epochSeconds,
          headers,
          body,
          Known.of(parts, allHeaders, listed));
    }

    // RFC 9112 §3.2.2: an absolute target's host counts, whatever else is said
    private void absolute(String url) {
      int from = url.startsWith("http://") ? 7 : url.startsWith("https://") ? 8 : 0;
      if (from == 0) {
        return;
      }
      int to = from;
      while (to < url.length() && url.charAt(to) != '/' && url.charAt(to) != '?') {
        to++;
      }
      host(url.substring(from, to));
      scheme(url.substring(0, from - 3));
      target = url.startsWith("/", to) ? url.substring(to) : "/" + url.substring(to);
    }
  }
}
