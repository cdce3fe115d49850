package dev.signalbox.upstream;

import dev.signalbox.balance.Balancer;
import dev.signalbox.http.ResponseLimits;
import dev.signalbox.http.h1.H1Loop;
import dev.signalbox.http.h2.H2Loop;
import dev.signalbox.net.Loop;
import dev.signalbox.net.tls.TlsClient;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One loop's share of an upstream: its balancer and its connections. Belongs to the loop. */
public final class UpstreamOnLoop {
  private final UpstreamConfig config;
  private final Loop loop;
  private final List<ConnectionPool> pools;
  private final Balancer balancer;

  UpstreamOnLoop(
      UpstreamConfig config,
      ResponseLimits limits,
      List<Endpoint> endpoints,
      @Nullable TlsClient tls,
      Loop loop,
      H1Loop h1,
      H2Loop h2) {
    this.config = config;
    this.loop = loop;
    var made = new ArrayList<ConnectionPool>();
    for (Endpoint endpoint : endpoints) {
      made.add(new ConnectionPool(config, limits, endpoint, tls, loop, h1, h2));
    }
    this.pools = List.copyOf(made);
    this.balancer = config.balance().build(pools, loop.random());
  }

  /** Tells the pools of each other, so that one can give up an idle connection for another. */
  void siblings(List<UpstreamOnLoop> all) {
    for (int i = 0; i < pools.size(); i++) {
      int endpoint = i;
      pools.get(i).siblings(all.stream().map(onLoop -> onLoop.pools.get(endpoint)).toList());
    }
  }

  Loop loop() {
    return loop;
  }

  public String name() {
    return config.name();
  }

  /** Whether its endpoints may be sent what only HTTP/2 can carry: all or some speak it. */
  public boolean speaksHttp2() {
    return config.protocol() != UpstreamProtocol.H1;
  }

  /**
   * Picks an endpoint.
   *
   * @return its number, or {@link Balancer#NONE}
   */
  public int pick(Balancer.Pick pick) {
    return balancer.pick(pick);
  }

  /** The connections to that endpoint. */
  public ConnectionPool pool(int endpoint) {
    return pools.get(endpoint);
  }

  public int endpoints() {
    return pools.size();
  }

  /** Whether any is open, on whatever loop. From any thread. */
  boolean hasConnections() {
    return pools.stream().anyMatch(ConnectionPool::hasConnections);
  }

  void close() {
    pools.forEach(ConnectionPool::close);
  }
}
