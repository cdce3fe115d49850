package dev.signalbox.analysis.logs;

import dev.signalbox.analysis.logs.JsonReader.Kind;
import dev.signalbox.analysis.logs.LogLine.Unreadable;
import java.io.InputStream;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP archive (HAR 1.2), as browsers save their traffic. One document, read as it comes: an
 * archive may be longer than memory. It has all headers, but browsers take cookies and credentials
 * out unless told otherwise.
 */
final class HarLog {
  private static final Set<String> OFTEN_LEFT_OUT =
      Set.of("cookie", "authorization", "proxy-authorization");

  private HarLog() {}

  /** Hands over each entry in its order, and at last what is wrong with the document, if so. */
  static void read(InputStream in, Consumer<LogLine> each) {
    var json = new JsonReader(in);
    var hasEntries = new boolean[1];
    try {
      json.object(key -> {
        if (key.equals("log") && json.next() == Kind.OBJECT) {
          json.object(part -> {
            if (part.equals("entries") && json.next() == Kind.ARRAY) {
              hasEntries[0] = true;
              json.array(() -> each.accept(entry(json)));
            } else {
              json.skip();
            }
          });
        } else {
          json.skip();
        }
      });
      json.end();
    } catch (JsonReader.Malformed e) {
      each.accept(new Unreadable("not such JSON: " + e.getMessage()));
      return;
    }
    if (!hasEntries[0]) {
      each.accept(new Unreadable("no log: entries in it"));
    }
  }

  static LogLine entry(JsonReader json) {
    var request = new LoggedRequest.Builder().allHeaders();
    if (json.next() != Kind.OBJECT) {
      json.skip();
      return new Unreadable("an entry that is no object");
    }
    json.object(key -> {
      switch (key) {
        case "startedDateTime" -> request.time(JsonLog.time(json));
        case "request" -> request(json, request);
        default -> json.skip();
      }
    });
    for (var name : OFTEN_LEFT_OUT) {
      if (request.header(name) == null) {
        request.unknownHeader(name);
      }
    }
    return request.build();
  }

  private static void request(JsonReader json, LoggedRequest.Builder request) {
    if (json.next() != Kind.OBJECT) {
      json.skip();
      return;
    }
    @Nullable String[] method = new @Nullable String[1];
    var hasBody = new boolean[1];
    json.object(key -> {
      switch (key) {
        case "method" -> {
          method[0] = json.textOrNull();
          request.method(method[0]);
        }
        case "url" -> request.target(withoutFragment(json.textOrNull()));
        case "headers" -> fields(json, request);
        case "postData" -> {
          hasBody[0] = true;
          postData(json, request);
        }
        default -> json.skip();
      }
    });
    if (!hasBody[0] && ("GET".equals(method[0]) || "HEAD".equals(method[0]))) {
      request.body(null);
    }
  }

  private static void fields(JsonReader json, LoggedRequest.Builder request) {
    if (json.next() != Kind.ARRAY) {
      json.skip();
      return;
    }
    json.array(() -> {
      @Nullable String[] field = new @Nullable String[2];
      if (json.next() != Kind.OBJECT) {
        json.skip();
        return;
      }
      json.object(key -> {
        switch (key) {
          case "name" -> field[0] = json.textOrNull();
          case "value" -> field[1] = json.textOrNull();
          default -> json.skip();
        }
      });
      // HTTP/2's pseudo headers are in the URL already
      if (field[0] != null && field[1] != null && !field[0].startsWith(":")) {
        field(request, field[0], field[1]);
      }
    });
  }

  private static void field(LoggedRequest.Builder request, String name, String value) {
    if (!name.toLowerCase(Locale.ROOT).equals("host")) {
      request.listed(name, value);
    }
  }

  /** A form of which only the parts are there cannot be made into the bytes that were sent. */
  private static void postData(JsonReader json, LoggedRequest.Builder request) {
    if (json.next() != Kind.OBJECT) {
      json.skip();
      return;
    }
    json.object(key -> {
      if (key.equals("text") && json.next() == Kind.TEXT) {
        request.body(json.text());
      } else {
        json.skip();
      }
    });
  }

  private static @Nullable String withoutFragment(@Nullable String url) {
    int hash = url == null ? -1 : url.indexOf('#');
    return url == null || hash < 0 ? url : url.substring(0, hash);
  }
}
