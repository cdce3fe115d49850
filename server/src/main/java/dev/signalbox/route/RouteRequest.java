package dev.signalbox.route;

import dev.signalbox.http.RequestHead;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * A request in its one normal form: everything that a condition may ask. The server's exchanges and
 * {@link OfflineRequest} are both read by {@code RequestTarget}, so whatever is said about a
 * request offline is what happens to it.
 *
 * <p>Belongs to one thread; valid as long as its head is.
 */
public interface RouteRequest {
  /** Method, host, path, query and fields, as the client sent them. */
  RequestHead head();

  /** The name of the listener at which it arrived. */
  String listener();

  /** Whether its connection is encrypted. */
  boolean isSecure();

  /** The name that the client gave in the TLS handshake, in lower case, or null. */
  @Nullable String sni();

  /** The certificate by which the client of the connection has proved who it is, or null. */
  @Nullable ClientCert clientCert();

  /** The client, as the trusted proxies in front of the listener name it; null where unknown. */
  @Nullable InetAddress client();

  /** The wall clock, in seconds since 1970 (UTC). */
  long epochSeconds();

  /** The client's country (ISO 3166-1 alpha-2, upper case), or null where unknown. */
  @Nullable String country();

  /** The client's continent (AF, AN, AS, EU, NA, OC or SA), or null where unknown. */
  @Nullable String continent();

  /** The beginning of its body. */
  BodyView body();
}
