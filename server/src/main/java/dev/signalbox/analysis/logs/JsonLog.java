package dev.signalbox.analysis.logs;

import dev.signalbox.analysis.logs.JsonReader.Kind;
import dev.signalbox.analysis.logs.LogLine.Unreadable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A log of which each line is a JSON object. */
final class JsonLog implements LogReader {
  /** Caddy and Traefik write it for what they were not told to log. */
  private static final String REDACTED = "REDACTED";

  private final Function<JsonReader, LogLine> shape;

  JsonLog(Function<JsonReader, LogLine> shape) {
    this.shape = shape;
  }

  @Override
  public LogLine read(byte[] bytes, int start, int end) {
    try {
      var json = new JsonReader(bytes, start, end);
      var line = shape.apply(json);
      json.end();
      return line;
    } catch (JsonReader.Malformed e) {
      return new Unreadable("not such JSON: " + e.getMessage());
    }
  }

  /**
   * Our own: {@code time, listener, client, method, scheme, host, uri} or {@code path} and {@code
   * query}, {@code sni, user_agent, headers}. Of headers those are known that are listed; one that
   * is null is known to be absent.
   */
  static LogLine own(JsonReader json) {
    var request = new LoggedRequest.Builder();
    @Nullable String[] path = new @Nullable String[2];
    json.object(key -> {
      switch (key) {
        case "time" -> request.time(time(json));
        case "listener" -> request.listener(json.textOrNull());
        case "client" -> request.client(json.textOrNull());
        case "method" -> request.method(json.textOrNull());
        case "scheme" -> request.scheme(json.textOrNull());
        case "host" -> request.host(json.textOrNull());
        case "uri" -> request.target(json.textOrNull());
        case "path" -> path[0] = json.textOrNull();
        case "query" -> path[1] = orEmpty(json.textOrNull());
        case "sni" -> request.sni(orEmpty(json.textOrNull()));
        case "user_agent" -> request.header("User-Agent", json.textOrNull());
        case "headers" -> headers(json, (name, values) -> ownHeader(request, name, values));
        default -> json.skip();
      }
    });
    if (path[0] != null && path[1] != null) {
      request.target(path[1].isEmpty() ? path[0] : path[0] + "?" + path[1]);
    } else if (path[0] != null && path[0].indexOf('?') >= 0) {
      request.target(path[0]);
    } else if (path[0] != null) {
      request.pathAlone(path[0]);
    }
    return request.build();
  }

  private static void ownHeader(LoggedRequest.Builder request, String name, List<String> values) {
    if (values.isEmpty()) {
      request.header(name, null);
    }
    values.forEach(value -> request.header(name, value));
  }

  /**
   * Caddy's {@code http.log.access}. It has all headers, but cookies and credentials only where it
   * was told to log them: else they are empty, or the word REDACTED.
   */
  static LogLine caddy(JsonReader json) {
    var request = new LoggedRequest.Builder().allHeaders();
    var hasRequest = new boolean[1];
    json.object(key -> {
      switch (key) {
        case "ts" -> request.time(time(json));
        case "bytes_read" -> {
          if (json.next() == Kind.NUMBER) {
            bodyOfLength(request, json.number());
          } else {
            json.skip();
          }
        }
        case "request" -> {
          hasRequest[0] = true;
          caddyRequest(json, request);
        }
        default -> json.skip();
      }
    });
    return hasRequest[0] ? request.build() : new Unreadable("no \"request\" in it");
  }

  private static void bodyOfLength(LoggedRequest.Builder request, String length) {
    if (length.equals("0")) {
      request.body(null);
    }
  }

  private static void caddyRequest(JsonReader json, LoggedRequest.Builder request) {
    @Nullable String[] addresses = new @Nullable String[2];
    var isTls = new boolean[1];
    json.object(key -> {
      switch (key) {
        case "remote_ip" -> addresses[0] = json.textOrNull();
        case "client_ip" -> addresses[1] = json.textOrNull(); // after trusted proxies
        case "method" -> request.method(json.textOrNull());
        case "host" -> request.host(json.textOrNull());
        case "uri" -> request.target(json.textOrNull());
        case "headers" -> headers(json, (name, values) -> caddyHeader(request, name, values));
        case "tls" -> {
          if (json.next() == Kind.OBJECT) {
            isTls[0] = true;
            tls(json, request);
          } else {
            json.skip();
          }
        }
        default -> json.skip();
      }
    });
    request.client(addresses[1] == null ? addresses[0] : addresses[1]);
    request.scheme(isTls[0] ? "https" : "http");
    if (!isTls[0]) {
      request.sni("");
    }
  }

  private static void tls(JsonReader json, LoggedRequest.Builder request) {
    json.object(key -> {
      if (key.equals("server_name")) {
        request.sni(json.textOrNull());
      } else {
        json.skip();
      }
    });
  }

  private static void caddyHeader(LoggedRequest.Builder request, String name, List<String> values) {
    if (values.isEmpty() || values.contains(REDACTED)) {
      request.unknownHeader(name);
    } else {
      values.forEach(value -> request.listed(name, value));
    }
  }

  /** Traefik's JSON access log. Of headers it has those that it was told to keep. */
  static LogLine traefik(JsonReader json) {
    var request = new LoggedRequest.Builder();
    @Nullable String[] hosts = new @Nullable String[2];
    json.object(key -> {
      switch (key) {
        case "StartUTC" -> request.time(time(json));
        case "ClientHost" -> request.client(json.textOrNull());
        case "RequestHost" -> hosts[0] = json.textOrNull();
        case "RequestAddr" -> hosts[1] = json.textOrNull(); // with the port
        case "RequestMethod" -> request.method(json.textOrNull());
        case "RequestPath" -> request.target(json.textOrNull());
        case "RequestScheme" -> request.scheme(json.textOrNull());
        case "RequestContentSize" -> {
          if (json.next() == Kind.NUMBER) {
            bodyOfLength(request, json.number());
          } else {
            json.skip();
          }
        }
        default -> {
          if (key.startsWith("request_")) {
            var value = json.textOrNull();
            if (value != null && !value.equals(REDACTED)) {
              request.header(key.substring("request_".length()), value);
            }
          } else {
            json.skip();
          }
        }
      }
    });
    request.host(hosts[0] == null ? hosts[1] : hosts[0]);
    return request.build();
  }

  /** Each name with its values, of texts and of lists of texts. */
  static void headers(JsonReader json, java.util.function.BiConsumer<String, List<String>> each) {
    if (json.next() != Kind.OBJECT) {
      json.skip();
      return;
    }
    json.object(name -> {
      var values = new ArrayList<String>();
      Consumer<@Nullable String> add =
          value -> {
            if (value != null) {
              values.add(value);
            }
          };
      if (json.next() == Kind.ARRAY) {
        json.array(() -> add.accept(json.textOrNull()));
      } else {
        add.accept(json.textOrNull());
      }
      each.accept(name, values);
    });
  }

  /** Seconds since 1970 as a number, or a time as RFC 3339 writes it. */
  static long time(JsonReader json) {
    return switch (json.next()) {
      case NUMBER -> LogTime.epoch(json.number());
      case TEXT -> LogTime.iso(json.text());
      case OBJECT, ARRAY, TRUE_OR_FALSE, NULL -> {
        json.skip();
        yield LogTime.NONE;
      }
    };
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
