package dev.signalbox.analysis;

import dev.signalbox.config.InvalidValue;
import dev.signalbox.route.Field;
import dev.signalbox.route.OfflineRequest;
import java.net.InetAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is already settled of a request that is being made up. Null is what is still free.
 * Immutable.
 *
 * @param fields what stands in them; absent ones are not listed
 */
record Sketch(
    @Nullable String host,
    @Nullable String path,
    @Nullable String method,
    @Nullable Boolean isSecure,
    @Nullable String listener,
    @Nullable InetAddress client,
    Map<Field, String> fields) {
  static final Sketch BLANK = new Sketch(null, null, null, null, null, null, Map.of());

  Sketch {
    fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
  }

  static Sketch ofHost(String host) {
    return new Sketch(host, null, null, null, null, null, Map.of());
  }

  static Sketch ofPath(String path) {
    return new Sketch(null, path, null, null, null, null, Map.of());
  }

  static Sketch ofMethod(String method) {
    return new Sketch(null, null, method, null, null, null, Map.of());
  }

  static Sketch ofScheme(boolean isSecure) {
    return new Sketch(null, null, null, isSecure, null, null, Map.of());
  }

  static Sketch ofListener(String listener) {
    return new Sketch(null, null, null, null, listener, null, Map.of());
  }

  static Sketch ofClient(InetAddress client) {
    return new Sketch(null, null, null, null, null, client, Map.of());
  }

  static Sketch ofField(Field field, String text) {
    return new Sketch(null, null, null, null, null, null, Map.of(field, text));
  }

  /** Both; where they differ, this one counts. */
  Sketch or(Sketch other) {
    var both = new LinkedHashMap<>(other.fields);
    both.putAll(fields);
    return new Sketch(
        host != null ? host : other.host,
        path != null ? path : other.path,
        method != null ? method : other.method,
        isSecure != null ? isSecure : other.isSecure,
        listener != null ? listener : other.listener,
        client != null ? client : other.client,
        both);
  }

  /** The request, with defaults for what is free; null where the server would refuse it. */
  @Nullable OfflineRequest request() {
    var url = new StringBuilder(Objects.equals(isSecure, true) ? "https://" : "http://");
    url.append(host == null ? "example.com" : host).append(path == null ? "/" : path);
    try {
      char separator = '?';
      for (var field : fields.entrySet()) {
        if (field.getKey() instanceof Field.Query(var name)) {
          url.append(separator).append(encoded(name)).append('=').append(encoded(field.getValue()));
          separator = '&';
        }
      }
      var builder = OfflineRequest.of(method == null ? "GET" : method, url.toString());
      var cookies =
          fields.entrySet().stream()
              .filter(field -> field.getKey() instanceof Field.Cookie)
              .map(field -> ((Field.Cookie) field.getKey()).name() + "=" + field.getValue())
              .collect(Collectors.joining("; "));
      if (!cookies.isEmpty()) {
        builder.header("Cookie", cookies);
      }
      for (var field : fields.entrySet()) {
        switch (field.getKey()) {
          case Field.Header(var name) -> builder.header(name, field.getValue());
          case Field.Sni _ -> builder.sni(field.getValue());
          case Field.Cookie _, Field.Query _ -> {}
        }
      }
      return builder.listener(listener == null ? "" : listener).client(client).build();
    } catch (InvalidValue _) {
      return null;
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
