package dev.signalbox.route;

import dev.signalbox.config.InvalidValue;
import dev.signalbox.http.Ascii;
import dev.signalbox.http.ConnectRequest;
import dev.signalbox.http.Headers;
import dev.signalbox.http.KnownHeader;
import dev.signalbox.http.RequestHead;
import dev.signalbox.http.RequestTarget;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A request that nobody sent: for explanations, tests, replays and proofs. Its parts go through the
 * normaliser of the server, so that an answer about it is an answer about the real one. Immutable
 * but for its body, of which is noted whether it was asked for.
 */
public final class OfflineRequest implements RouteRequest {
  private final RequestHead head;
  private final String listener;
  private final boolean isSecure;
  private final @Nullable String sni;
  private final @Nullable ClientCert clientCert;
  private final @Nullable InetAddress client;
  private final long epochSeconds;
  private final @Nullable String country;
  private final @Nullable String continent;
  private final BodyView body;

  private OfflineRequest(RequestHead head, Builder builder, boolean isSecure) {
    this.head = head;
    this.listener = builder.listener;
    this.isSecure = isSecure;
    this.sni = builder.sni;
    this.clientCert = builder.clientCert;
    this.client = builder.client;
    this.epochSeconds = builder.epochSeconds;
    this.country = builder.country;
    this.continent = builder.continent;
    this.body = builder.body;
  }

  /**
   * Begins one.
   *
   * @param url absolute ({@code https://shop.example.com/a?b=1}), without its scheme ({@code
   *     shop.example.com/a}: then it is http unless said otherwise), or only a path, with or
   *     without a query; a fragment is left out, as no client sends it. Of a CONNECT host and port;
   *     a scheme in front says whether it comes by TLS, and what the port is where there is none
   */
  public static Builder of(String method, String url) {
    return new Builder(method, url);
  }

  /** A GET request for a URL. */
  public static OfflineRequest get(String url) {
    return of("GET", url).build();
  }

  @Override
  public RequestHead head() {
    return head;
  }

  @Override
  public String listener() {
    return listener;
  }

  @Override
  public boolean isSecure() {
    return isSecure;
  }

  @Override
  public @Nullable String sni() {
    return sni;
  }

  @Override
  public @Nullable ClientCert clientCert() {
    return clientCert;
  }

  @Override
  public @Nullable InetAddress client() {
    return client;
  }

  @Override
  public long epochSeconds() {
    return epochSeconds;
  }

  @Override
  public @Nullable String country() {
    return country;
  }

  @Override
  public @Nullable String continent() {
    return continent;
  }

  @Override
  public BodyView body() {
    return body;
  }

  @Override
  public String toString() {
    return head.toString();
  }

  /** Collects the parts. What is not said is empty; time is the start of 1970. */
  public static final class Builder {
    private static final KnownHeader[] NEVER_MATCHED = { // RFC 9110 §7.6.1: gone before routes
      KnownHeader.HOST,
      KnownHeader.CONNECTION,
      KnownHeader.KEEP_ALIVE,
      KnownHeader.PROXY_CONNECTION,
      KnownHeader.TE,
      KnownHeader.TRANSFER_ENCODING,
      KnownHeader.UPGRADE,
      KnownHeader.HTTP2_SETTINGS,
    };

    private final String method;
    private final String url;
    private @Nullable Headers fields; // most have none, and proofs make very many
    private @Nullable String host;
    private String listener = "";
    private boolean isSecureUnlessSaid;
    private @Nullable String sni;
    private @Nullable ClientCert clientCert;
    private @Nullable InetAddress client;
    private long epochSeconds;
    private @Nullable String country;
    private @Nullable String continent;
    private BodyView body = BodyView.none();

    private Builder(String method, String url) {
      this.method = method;
      this.url = url;
    }

    /**
     * Adds a field line. {@code Host} takes the place of the URL's host, as it does for curl.
     *
     * @throws InvalidValue if no such line can be sent
     */
    public Builder header(String name, String value) {
      if (!Ascii.isToken(name)) {
        throw new InvalidValue(name, "is not the name of a header", "letters, digits and \"-\"");
      }
      var bytes = value.strip().getBytes(StandardCharsets.UTF_8);
      if (Ascii.endOfFieldValue(bytes, 0, bytes.length) < bytes.length) {
        throw new InvalidValue(value, "has a control character", "text on one line");
      }
      if (name.equalsIgnoreCase("host")) {
        host = value.strip();
      } else {
        if (fields == null) {
          fields = new Headers();
        }
        fields.add(Ascii.bytes(name), bytes);
      }
      return this;
    }

    /** The listener at which it arrives. */
    public Builder listener(String name) {
      listener = name;
      return this;
    }

    /** Whether it comes by HTTPS where the URL has no scheme. */
    public Builder secureUnlessSaid(boolean is) {
      isSecureUnlessSaid = is;
      return this;
    }

    /** The name in the TLS handshake. */
    public Builder sni(@Nullable String name) {
      sni = name == null ? null : name.toLowerCase(Locale.ROOT);
      return this;
    }

    /** The certificate by which the client has proved who it is. */
    public Builder clientCert(@Nullable ClientCert certificate) {
      clientCert = certificate;
      return this;
    }

    /** The same certificate as before, with this part; a new one where there was none. */
    public Builder clientCert(ClientCertIs.Part part, String text) {
      clientCert = (clientCert == null ? ClientCert.any() : clientCert).with(part, text);
      return this;
    }

    /** The client, as trusted proxies would name it. */
    public Builder client(@Nullable InetAddress address) {
      client = address;
      return this;
    }

    public Builder at(Instant instant) {
      epochSeconds = instant.getEpochSecond();
      return this;
    }

    public Builder country(@Nullable String code) {
      country = code;
      return this;
    }

    public Builder continent(@Nullable String code) {
      continent = code;
      return this;
    }

    /** All of its body. */
    public Builder body(byte[] bytes) {
      body = BodyView.of(bytes.clone());
      return this;
    }

    /** A body of which only is known that it is there. */
    public Builder unknownBody() {
      body = BodyView.unread();
      return this;
    }

    /**
     * The request.
     *
     * @throws InvalidValue if the server would refuse such a one
     */
    public OfflineRequest build() {
      if (!Ascii.isToken(method)) {
        throw new InvalidValue(method, "is not a method", "a token like GET");
      }
      boolean isHttps = startsWith("https://");
      boolean isAbsolute = isHttps || startsWith("http://");
      var rest = isAbsolute ? url.substring(url.indexOf("//") + 2) : url;
      if (!isAbsolute && rest.contains("://")) {
        throw new InvalidValue(url, "has an unknown scheme", "http:// or https://");
      }
      rest = rest.indexOf('#') < 0 ? rest : rest.substring(0, rest.indexOf('#'));
      if (method.equals("CONNECT")) {
        return connect(isAbsolute, isHttps, rest);
      }
      int target = targetAt(rest);
      var authority = host == null ? rest.substring(0, target) : host;
      var head = head(authority.length() + rest.length());
      int at = append(head, method);
      head.method(at, head.headers().length());
      if (!authority.isEmpty()) {
        at = append(head, authority);
        requireFine(RequestTarget.authority(head, at, head.headers().length()));
      } else if (isAbsolute) {
        throw new InvalidValue(url, "has no host", "like https://shop.example.com/");
      }
      target(head, rest.substring(target));
      fields(head);
      head.bodyLength(body.state() == BodyView.State.UNREAD ? -1 : body.bytes().length);
      return new OfflineRequest(head, this, isAbsolute ? isHttps : isSecureUnlessSaid);
    }

    /** Its target is no URL (RFC 9112 §3.2.3). A Host field beside it says nothing. */
    private OfflineRequest connect(boolean isAbsolute, boolean isHttps, String rest) {
      if (body.state() != BodyView.State.NONE) {
        throw new InvalidValue(method, "has a body", "none; else 400");
      }
      var authority = rest;
      if (isAbsolute) {
        authority = rest.endsWith("/") ? rest.substring(0, rest.length() - 1) : rest;
        boolean hasPort = authority.lastIndexOf(':') > authority.lastIndexOf(']');
        authority += hasPort ? "" : isHttps ? ":443" : ":80";
      }
      var head = head(authority.length());
      int at = append(head, method);
      head.method(at, head.headers().length());
      fields(head);
      at = append(head, authority);
      var mistake = ConnectRequest.read(head, at, head.headers().length());
      if (mistake != null) {
        throw new InvalidValue(url, "is refused with 400: " + mistake, "like shop.example.com:443");
      }
      return new OfflineRequest(head, this, isAbsolute ? isHttps : isSecureUnlessSaid);
    }

    /** An empty one with room for so many bytes, and what else there is to say. */
    private RequestHead head(int length) {
      int most = method.length() + length + 1;
      return new RequestHead(
          fields == null
              ? new Headers(most, 0)
              : new Headers(most + fields.length(), fields.size()));
    }

    private boolean startsWith(String scheme) {
      return url.regionMatches(true, 0, scheme, 0, scheme.length());
    }

    private static int targetAt(String rest) {
      int at = 0;
      while (at < rest.length() && rest.charAt(at) != '/' && rest.charAt(at) != '?') {
        at++;
      }
      return rest.equals("*") ? 0 : at;
    }

    private void target(RequestHead head, String target) {
      if (target.equals("*")) {
        RequestTarget.asterisk(head, append(head, target));
        return;
      }
      int at = append(head, target.startsWith("/") ? target : "/" + target);
      requireFine(RequestTarget.path(head, at, head.headers().length()));
    }

    private void fields(RequestHead head) {
      var given = fields;
      if (given == null) {
        return;
      }
      var headers = head.headers();
      for (int i = 0; i < given.size(); i++) {
        headers.add(
            Ascii.bytes(given.name(i)), given.bytes(), given.valueStart(i), given.valueEnd(i));
      }
      for (int i = headers.find(KnownHeader.CONNECTION);
          i >= 0;
          i = headers.find(KnownHeader.CONNECTION, i + 1)) {
        for (var option : headers.value(i).split(",", -1)) {
          int at = append(head, option.strip());
          headers.removeNamed(at, headers.length());
        }
      }
      for (var header : NEVER_MATCHED) {
        headers.remove(header);
      }
    }

    private static int append(RequestHead head, String text) {
      var bytes = text.getBytes(StandardCharsets.UTF_8);
      return head.headers().appendBytes(bytes, 0, bytes.length);
    }

    private void requireFine(@Nullable String mistake) {
      if (mistake != null) {
        throw new InvalidValue(url, "has " + mistake, "a URL that the server takes; else 400");
      }
    }
  }
}
