package dev.signalbox.proxy;

import dev.signalbox.http.DownstreamConnection;
import dev.signalbox.http.RequestHead;
import dev.signalbox.net.tls.ClientCertificate;
import dev.signalbox.route.BodyView;
import dev.signalbox.route.ClientCert;
import dev.signalbox.route.GeoDatabase;
import dev.signalbox.route.GeoDatabase.Place;
import dev.signalbox.route.RouteRequest;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * What routes may ask of a request that is being served. Nothing is computed before a condition
 * asks for it. Belongs to its exchange's loop.
 */
final class DownstreamRequest implements RouteRequest {
  private final RequestHead head;
  private final DownstreamConnection connection;
  private final GeoDatabase geo;
  private @Nullable BodyView body;
  private @Nullable Place place;

  DownstreamRequest(RequestHead head, DownstreamConnection connection, GeoDatabase geo) {
    this.head = head;
    this.connection = connection;
    this.geo = geo;
  }

  @Override
  public RequestHead head() {
    return head;
  }

  @Override
  public String listener() {
    return connection.listener();
  }

  @Override
  public boolean isSecure() {
    return connection.isSecure();
  }

  @Override
  public @Nullable String sni() {
    return connection.sni();
  }

  @Override
  public @Nullable ClientCert clientCert() {
    ClientCertificate proved = connection.clientCertificate();
    return proved == null
        ? null
        : new ClientCert(proved.subject(), proved.names(), proved.fingerprint());
  }

  @Override
  public @Nullable InetAddress client() {
    return ClientAddress.of(head, connection);
  }

  @Override
  public long epochSeconds() {
    return System.currentTimeMillis() / 1000;
  }

  @Override
  public @Nullable String country() {
    return place().country();
  }

  @Override
  public @Nullable String continent() {
    return place().continent();
  }

  private Place place() {
    Place known = place;
    if (known == null) {
      InetAddress client = client();
      known = client == null ? Place.UNKNOWN : geo.lookup(client);
      place = known;
    }
    return known;
  }

  @Override
  public BodyView body() {
    if (body == null) {
      body = head.bodyLength() == 0 ? BodyView.none() : BodyView.unread();
    }
    return body;
  }

  /** Whether a condition has asked about a body that is still to be read. */
  boolean wantsBody() {
    return body != null && body.isWanted() && body.state() == BodyView.State.UNREAD;
  }
}
