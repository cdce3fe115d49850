package dev.signalbox.upstream;

import dev.signalbox.config.Address;
import dev.signalbox.http.ResponseLimits;
import dev.signalbox.http.h1.H1Loop;
import dev.signalbox.http.h2.H2Loop;
import dev.signalbox.net.Loop;
import dev.signalbox.net.tls.TlsClient;
import dev.signalbox.net.tls.TlsClientConfig;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A named group of endpoints. Immutable, and shared by the loops; each loop balances and keeps
 * connections for itself, in its {@link UpstreamOnLoop}.
 */
public final class Upstream {
  private static final Logger LOG = LoggerFactory.getLogger(Upstream.class);

  private final UpstreamConfig config;
  private final List<Endpoint> endpoints;
  private final List<UpstreamOnLoop> onLoops;
  private final @Nullable TlsClient tls;

  private Upstream(
      UpstreamConfig config,
      List<Endpoint> endpoints,
      @Nullable TlsClient tls,
      List<UpstreamOnLoop> onLoops) {
    this.config = config;
    this.endpoints = List.copyOf(endpoints);
    this.tls = tls;
    this.onLoops = List.copyOf(onLoops);
  }

  /**
   * Resolves the endpoints and builds what each loop needs. Blocks on DNS and files: not for loops.
   *
   * @param h1 what HTTP/1 connections share, by loop
   * @param h2 what HTTP/2 connections share, likewise
   * @throws UnknownHostException if an endpoint's host has no address; the message names it
   * @throws IOException if its certificates can't be used; the message says which and why
   */
  public static Upstream build(
      UpstreamConfig config, List<Loop> loops, List<H1Loop> h1, List<H2Loop> h2)
      throws IOException {
    var endpoints = new ArrayList<Endpoint>();
    for (EndpointConfig endpoint : config.endpoints()) {
      endpoints.add(
          new Endpoint(
              endpoints.size() + 1,
              endpoint.address().toString(),
              endpoint.weight(),
              resolve(endpoint.address()),
              Endpoint.authorityOf(endpoint.address(), config.tls() != null),
              Endpoint.hostOf(endpoint.address()),
              new EndpointState(loops.size())));
    }
    var limits = new ResponseLimits(config.responseHead().toInt(), config.responseHeaders());
    TlsClient tls = openTls(config);
    var onLoops = new ArrayList<UpstreamOnLoop>();
    for (Loop loop : loops) {
      onLoops.add(
          new UpstreamOnLoop(
              config,
              limits,
              List.copyOf(endpoints),
              tls,
              loop,
              h1.get(loop.index()),
              h2.get(loop.index())));
    }
    for (UpstreamOnLoop onLoop : onLoops) {
      onLoop.siblings(onLoops);
    }
    return new Upstream(config, endpoints, tls, onLoops);
  }

  private static @Nullable TlsClient openTls(UpstreamConfig config) throws IOException {
    TlsClientConfig tls = config.tls();
    if (tls == null) {
      return null;
    }
    if (tls.isBlind()) {
      LOG.warn(
          "upstream {}: tls: verify: false: ENDPOINTS ARE NOT VERIFIED; anybody between here and"
              + " them can read and change everything (give ca: or pin: instead)",
          config.name());
    }
    return TlsClient.open(config.name(), tls, config.protocol().alpn());
  }

  private static List<SocketAddress> resolve(Address address) throws UnknownHostException {
    return switch (address) {
      case Address.Unix(String path) -> List.of(new DomainSocketAddress(path));
      case Address.Tcp(String host, int port) -> {
        var resolved = new ArrayList<SocketAddress>();
        try {
          for (InetAddress each : InetAddress.getAllByName(host)) {
            resolved.add(new InetSocketAddress(each, port));
          }
        } catch (UnknownHostException e) {
          var named = new UnknownHostException("the host of " + address + " has no address");
          named.initCause(e);
          throw named;
        }
        yield List.copyOf(resolved);
      }
    };
  }

  public String name() {
    return config.name();
  }

  public UpstreamConfig config() {
    return config;
  }

  /** What goes on at each endpoint now, in the order of the configuration. From any thread. */
  public List<EndpointCounts> endpoints() {
    return endpoints.stream().map(EndpointCounts::of).toList();
  }

  /** The part of this upstream that belongs to a loop. */
  public UpstreamOnLoop on(Loop loop) {
    return onLoops.get(loop.index());
  }

  /** Lets go of what no loop needs any more: when they have ended. */
  public void release() {
    if (tls != null) {
      tls.close();
    }
  }

  /** Whether loops have still to let go of what TLS keeps outside the heap. */
  public boolean hasOpenTls() {
    return tls != null && onLoops.stream().anyMatch(UpstreamOnLoop::hasConnections);
  }

  /** Closes idle connections, on every loop, soon. */
  public void close() {
    for (UpstreamOnLoop onLoop : onLoops) {
      onLoop.loop().execute(onLoop::close);
    }
  }
}
