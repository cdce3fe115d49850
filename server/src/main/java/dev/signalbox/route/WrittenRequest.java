package dev.signalbox.route;

import dev.signalbox.config.Cidr;
import dev.signalbox.config.InvalidValue;
import dev.signalbox.http.Ascii;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request as people write one down: on a command line, or in a configuration as one that must
 * land somewhere. Immutable.
 *
 * @param cookies each {@code name=value}
 * @param from the client, or null where that is not said
 * @param clientCert the certificate by which the client has proved who it is, or null
 * @param body null for none
 * @param at null for now
 * @param listener the name of the one at which it arrives; null for the one that the URL says
 * @param country null for that of the client's address, as far as a database knows it
 * @param continent likewise
 */
public record WrittenRequest(
    String method,
    String url,
    List<Line> headers,
    List<String> cookies,
    @Nullable InetAddress from,
    @Nullable String sni,
    @Nullable ClientCert clientCert,
    @Nullable String body,
    @Nullable Instant at,
    @Nullable String listener,
    @Nullable String country,
    @Nullable String continent) {
  private static final String EXAMPLE = "like POST http://shop.example.com/login";
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT");

  /** A header. */
  public record Line(String name, String value) {
    /**
     * As it stands on a command line.
     *
     * @throws InvalidValue if it is none
     */
    public static Line parse(String text) {
      int colon = text.indexOf(':');
      if (colon <= 0) {
        throw new InvalidValue(text, "is no header", "like \"X-Canary: 1\"");
      }
      return new Line(text.substring(0, colon), text.substring(colon + 1).strip());
    }

    @Override
    public String toString() {
      return name + ": " + value;
    }
  }

  public WrittenRequest {
    headers = List.copyOf(headers);
    cookies = List.copyOf(cookies);
  }

  /** With nothing but a method and a URL. */
  public static WrittenRequest of(String method, String url) {
    return new WrittenRequest(
        method, url, List.of(), List.of(), null, null, null, null, null, null, null, null);
  }

  /**
   * Reads {@code METHOD URL} or {@code URL}, which is a GET.
   *
   * @throws InvalidValue if it is neither
   */
  public static WrittenRequest parse(String text) {
    var words = text.strip().split("\\s+", -1);
    if (words.length > 2) {
      throw words[2].startsWith("HTTP/")
          ? new InvalidValue(text, "has a version", words[0] + " " + words[1])
          : new InvalidValue(text, "is more than a method and a URL", EXAMPLE);
    }
    boolean isUrl = words[0].matches(".*[/.:].*");
    if (words.length == 2 && isUrl) {
      throw new InvalidValue(text, "has no method in front of its URL", EXAMPLE);
    }
    var request = words.length == 1 ? of("GET", url(words[0])) : of(method(words[0]), words[1]);
    request.arriving("", false, Instant.EPOCH, GeoDatabase.NONE);
    return request;
  }

  /**
   * Reads a URL that has no method in front of it.
   *
   * @throws InvalidValue if it is a method without a URL
   */
  public static String url(String text) {
    if (!text.matches(".*[/.:].*")) {
      throw new InvalidValue(text, text.isEmpty() ? "is empty" : "has no URL", EXAMPLE);
    }
    return text;
  }

  /**
   * Reads a method. RFC 9110 §9.1: their case counts, so a well-known one in lower case is a slip.
   *
   * @throws InvalidValue if it is none
   */
  public static String method(String text) {
    var upper = text.toUpperCase(Locale.ROOT);
    if (!Ascii.isToken(text) || (!text.equals(upper) && METHODS.contains(upper))) {
      throw new InvalidValue(
          text, "is not a method", METHODS.contains(upper) ? upper : "a token like GET");
    }
    return text;
  }

  /**
   * Reads an address.
   *
   * @throws InvalidValue if it is none
   */
  public static InetAddress address(String text) {
    if (text.indexOf('/') >= 0) {
      throw new InvalidValue(text, "is a network", "one address, like 10.0.0.1 or 2001:db8::1");
    }
    try {
      Cidr.parse(text);
    } catch (InvalidValue _) {
      throw new InvalidValue(text, "is not an address", "like 10.0.0.1 or 2001:db8::1");
    }
    return InetAddress.ofLiteral(text);
  }

  /**
   * Reads a point in time.
   *
   * @throws InvalidValue if it is none
   */
  public static Instant instant(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException _) {
      throw new InvalidValue(
          text,
          "is no date and time with its offset",
          "like 2026-11-23T09:00:00Z or 2026-11-23T09:00+01:00");
    }
  }

  /**
   * Reads a country.
   *
   * @throws InvalidValue if it is none
   */
  public static String country(String text) {
    return Countries.country(text);
  }

  /**
   * Reads a continent.
   *
   * @throws InvalidValue if it is none
   */
  public static String continent(String text) {
    return Countries.continent(text);
  }

  /**
   * Reads {@code name=value}.
   *
   * @throws InvalidValue if it is none
   */
  public static String cookie(String text) {
    if (text.indexOf('=') <= 0 || text.indexOf(';') >= 0) {
      throw new InvalidValue(text, "is no cookie", "like UID=anna");
    }
    return text;
  }

  /**
   * The request.
   *
   * @param listenerName where it arrives
   * @param isSecure whether it comes by HTTPS where the URL does not say
   * @param now when it arrives, where that is not written
   * @param geo knows where its client is, where that is not written
   * @throws InvalidValue if the server would refuse such a one
   */
  public OfflineRequest arriving(
      String listenerName, boolean isSecure, Instant now, GeoDatabase geo) {
    var place = from == null ? GeoDatabase.Place.UNKNOWN : geo.lookup(from);
    var builder =
        OfflineRequest.of(method, url)
            .listener(listenerName)
            .secureUnlessSaid(isSecure)
            .client(from)
            .sni(sni)
            .clientCert(clientCert)
            .at(at == null ? now : at)
            .country(country == null ? place.country() : country)
            .continent(continent == null ? place.continent() : continent);
    headers.forEach(line -> builder.header(line.name(), line.value()));
    if (!cookies.isEmpty()) {
      builder.header("Cookie", String.join("; ", cookies));
    }
    if (body != null) {
      builder.body(body.getBytes(StandardCharsets.UTF_8));
    }
    return builder.build();
  }

  /** The URL's host as the server would read it, whatever {@code Host} says; null for none. */
  public @Nullable String urlHost() {
    var host = OfflineRequest.of(method, url).build().head().hostText();
    return host.isEmpty() ? null : host;
  }

  /** Host and port as they are written; empty where there is no host. */
  public String writtenAuthority() {
    for (var line : headers) {
      if (line.name().equalsIgnoreCase("host")) {
        return line.value();
      }
    }
    var rest = withoutScheme();
    return rest.equals("*") ? "" : rest.substring(0, endOfAuthority(rest));
  }

  /** The path as it is written. */
  public String writtenPath() {
    var rest = withoutScheme();
    var target = rest.equals("*") ? rest : rest.substring(endOfAuthority(rest));
    int end = 0;
    while (end < target.length() && target.charAt(end) != '?' && target.charAt(end) != '#') {
      end++;
    }
    return end == 0 ? "/" : target.substring(0, end);
  }

  private String withoutScheme() {
    int slashes = url.indexOf("://");
    return slashes < 0 ? url : url.substring(slashes + 3);
  }

  private static int endOfAuthority(String rest) {
    int end = 0;
    while (end < rest.length() && "/?#".indexOf(rest.charAt(end)) < 0) {
      end++;
    }
    return end;
  }

  /** As on a command line: {@code GET http://a.test/x -H "X-Canary: 1" --from 10.0.0.1}. */
  @Override
  public String toString() {
    var words = new ArrayList<String>();
    words.add(method);
    words.add(shell(url));
    headers.forEach(line -> words.add("-H " + quoted(line.toString())));
    cookies.forEach(cookie -> words.add("--cookie " + quoted(cookie)));
    option(words, "--from", from == null ? null : from.getHostAddress());
    option(words, "--sni", sni);
    option(words, "--client-cert", clientCert == null ? null : clientCert.toString());
    option(words, "--body", body);
    option(words, "--at", at == null ? null : at.toString());
    option(words, "--listener", listener);
    option(words, "--country", country);
    option(words, "--continent", continent);
    return String.join(" ", words);
  }

  private static void option(List<String> words, String name, @Nullable String value) {
    if (value != null) {
      words.add(name + " " + shell(value));
    }
  }

  private static String shell(String text) {
    return text.matches("[A-Za-z0-9%+,./:=@_-]+") ? text : quoted(text);
  }

  /** In quotes from which no shell reads anything out. */
  private static String quoted(String text) {
    return text.matches("[^\"\\\\$`!]*")
        ? '"' + text + '"'
        : "'" + text.replace("'", "'\\''") + "'";
  }
}
