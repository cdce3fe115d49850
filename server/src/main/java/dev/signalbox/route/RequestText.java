package dev.signalbox.route;

import dev.signalbox.config.InvalidValue;
import dev.signalbox.config.ObjectShape;
import dev.signalbox.config.ObjectShape.Build;
import dev.signalbox.config.ObjectShape.Keys;
import dev.signalbox.config.ObjectShape.Values;
import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;
import dev.signalbox.http.Ascii;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads from a configuration the requests that must land somewhere. */
final class RequestText {
  private static final String TOKEN = "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$";

  private static final Shape<WrittenRequest> LINE =
      Shapes.value(
          "request",
          "^([A-Z]+ +)?[^ ]+$",
          List.of("POST http://shop.example.com/login", "http://shop.example.com/"),
          WrittenRequest::parse);

  private static final Shape<InetAddress> ADDRESS =
      Shapes.value(
          "client-address",
          "^[0-9A-Fa-f.:]+$",
          List.of("10.0.0.1", "2001:db8::1"),
          WrittenRequest::address);

  private static final Shape<ClientCert> CLIENT_CERT =
      Shapes.value(
          "client-certificate",
          "=",
          List.of("subject=CN=box,O=Shop; san=box.example.com"),
          ClientCert::parse);

  private static final Shape<Instant> INSTANT =
      Shapes.value(
          "instant",
          "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9]{2}:[0-9]{2})$",
          List.of("2026-11-23T09:00:00Z", "2026-11-23T09:00+01:00"),
          WrittenRequest::instant);

  private RequestText() {}

  /** Declares the keys of which a request is made. */
  static Build<WrittenRequest> keys(Keys keys) {
    var line = keys.required("request", LINE, "Its method and URL; without a method it is a GET.");
    var headers = keys.optional("headers", texts("header"), "{}", "Its headers, by name.");
    var cookies = keys.optional("cookies", texts("cookie"), "{}", "Its cookies, by name.");
    var from = keys.optional("from", ADDRESS, "The client's address; left out, it is unknown.");
    var sni = keys.optional("sni", Shapes.text("a host name"), "The name in the TLS handshake.");
    var clientCert =
        keys.optional(
            "client-cert", CLIENT_CERT, "The certificate by which the client proves who it is.");
    var body = keys.optional("body", Shapes.text("a text"), "Its body; left out, it has none.");
    var at = keys.optional("at", INSTANT, "When it arrives; left out, whenever the tests are run.");
    var listener =
        keys.optional(
            "listener",
            Shapes.reference("listener"),
            "Where it arrives; left out, at the listener that the URL's port says, else at the"
                + " first.");
    var country =
        keys.optional(
            "country",
            Countries.COUNTRY,
            "Where the client is; left out, where the database sees its address.");
    var continent =
        keys.optional(
            "continent",
            Countries.CONTINENT,
            "Where the client is; left out, where the database sees its address.");
    return values -> {
      var written = values.get(line);
      var request =
          new WrittenRequest(
              written.method(),
              written.url(),
              lines(values.get(headers)),
              values.get(cookies).entrySet().stream()
                  .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                  .toList(),
              values.find(from),
              values.find(sni),
              values.find(clientCert),
              values.find(body),
              values.find(at),
              values.find(listener),
              values.find(country),
              values.find(continent));
      return isFine(request, values, headers, cookies) ? request : null;
    };
  }

  private static List<WrittenRequest.Line> lines(Map<String, String> headers) {
    return headers.entrySet().stream()
        .map(header -> new WrittenRequest.Line(header.getKey(), header.getValue()))
        .toList();
  }

  private static Shape<Map<String, String>> texts(String kind) {
    return Shapes.map(
        TOKEN,
        name -> {
          if (!Ascii.isToken(name)) {
            throw new InvalidValue(name, "as the name of a " + kind, "letters, digits and \"-\"");
          }
        },
        Shapes.text("a text"));
  }

  private static boolean isFine(
      WrittenRequest request,
      Values values,
      ObjectShape.Key<?> headers,
      ObjectShape.Key<?> cookies) {
    for (var cookie : request.cookies()) {
      if (!isFine(() -> WrittenRequest.cookie(cookie), values, cookies)) {
        return false;
      }
    }
    return isFine(
        () -> request.arriving("", false, Instant.EPOCH, GeoDatabase.NONE), values, headers);
  }

  /** The line itself is fine already: what is refused now is the key's. */
  private static boolean isFine(Runnable attempt, Values values, ObjectShape.Key<?> key) {
    try {
      attempt.run();
      return true;
    } catch (InvalidValue e) {
      @Nullable String message = e.getMessage();
      var what = message == null ? e.why() : message.replaceFirst(" \\(expected: .*", "");
      values.report(key, what, e.expected());
      return false;
    }
  }
}
