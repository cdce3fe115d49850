package dev.signalbox.route;

import dev.signalbox.http.RequestHead;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Counts how often its head is looked at: about once for each condition that is asked. */
final class CountingRequest implements RouteRequest {
  private final RouteRequest request;
  private final int[] count;

  CountingRequest(RouteRequest request, int[] count) {
    this.request = request;
    this.count = count;
  }

  @Override
  public RequestHead head() {
    count[0]++;
    return request.head();
  }

  @Override
  public String listener() {
    return request.listener();
  }

  @Override
  public boolean isSecure() {
    return request.isSecure();
  }

  @Override
  public @Nullable String sni() {
    return request.sni();
  }

  @Override
  public @Nullable ClientCert clientCert() {
    return request.clientCert();
  }

  @Override
  public @Nullable InetAddress client() {
    return request.client();
  }

  @Override
  public long epochSeconds() {
    return request.epochSeconds();
  }

  @Override
  public @Nullable String country() {
    return request.country();
  }

  @Override
  public @Nullable String continent() {
    return request.continent();
  }

  @Override
  public BodyView body() {
    return request.body();
  }
}
