package dev.signalbox.upstream;

import dev.signalbox.config.Address;
import dev.signalbox.http.ResponseLimits;
import dev.signalbox.http.h1.H1Loop;
import dev.signalbox.http.h2.H2Loop;
import dev.signalbox.net.Loop;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/**
 * A named group of endpoints. Immutable, and shared by the loops; each loop balances and keeps
 * connections for itself, in its {@link UpstreamOnLoop}.
 */
public final class Upstream {
  private final UpstreamConfig config;
  private final List<UpstreamOnLoop> onLoops;

  private Upstream(UpstreamConfig config, List<UpstreamOnLoop> onLoops) {
    this.config = config;
    this.onLoops = List.copyOf(onLoops);
  }

  /**
   * Resolves the endpoints and builds what each loop needs. Blocks on DNS: not for loops.
   *
   * @param h1 what HTTP/1 connections share, by loop
   * @param h2 what HTTP/2 connections share, likewise
   * @throws UnknownHostException if an endpoint's host has no address; the message names it
   */
  public static Upstream build(
      UpstreamConfig config, List<Loop> loops, List<H1Loop> h1, List<H2Loop> h2)
      throws UnknownHostException {
    var endpoints = new ArrayList<Endpoint>();
    for (EndpointConfig endpoint : config.endpoints()) {
      endpoints.add(
          new Endpoint(
              endpoint.address().toString(),
              endpoint.weight(),
              resolve(endpoint.address()),
              Endpoint.authorityOf(endpoint.address()),
              new EndpointState(loops.size())));
    }
    var limits = new ResponseLimits(config.responseHead().toInt(), config.responseHeaders());
    var onLoops = new ArrayList<UpstreamOnLoop>();
    for (Loop loop : loops) {
      onLoops.add(
          new UpstreamOnLoop(
              config,
              limits,
              List.copyOf(endpoints),
              loop,
              h1.get(loop.index()),
              h2.get(loop.index())));
    }
    for (UpstreamOnLoop onLoop : onLoops) {
      onLoop.siblings(onLoops);
    }
    return new Upstream(config, onLoops);
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

  /** The part of this upstream that belongs to a loop. */
  public UpstreamOnLoop on(Loop loop) {
    return onLoops.get(loop.index());
  }

  /** Closes idle connections, on every loop, soon. */
  public void close() {
    for (UpstreamOnLoop onLoop : onLoops) {
      onLoop.loop().execute(onLoop::close);
    }
  }
}
