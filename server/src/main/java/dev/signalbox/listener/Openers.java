package dev.signalbox.listener;

import dev.signalbox.http.DownstreamConnection;
import dev.signalbox.http.StreamHandler;
import dev.signalbox.http.h1.H1Loop;
import dev.signalbox.http.h1.H1ServerConfig;
import dev.signalbox.http.h1.H1ServerConnection;
import dev.signalbox.http.h2.H2Loop;
import dev.signalbox.http.h2.H2ServerConfig;
import dev.signalbox.http.h2.H2ServerConnection;
import dev.signalbox.net.Connection;
import java.util.List;

/**
 * Makes the HTTP connections of one listener, of the version that the client speaks. Shared by the
 * loops; each call belongs to the connection's.
 */
final class Openers {
  private final List<Protocol> protocols;
  private final List<H1Loop> h1;
  private final List<H2Loop> h2;
  private final H1ServerConfig h1Config;
  private final H2ServerConfig h2Config;
  private final StreamHandler handler;

  Openers(ListenerConfig config, List<H1Loop> h1, List<H2Loop> h2, StreamHandler handler) {
    this.protocols = config.protocols();
    this.h1 = h1;
    this.h2 = h2;
    this.h1Config =
        new H1ServerConfig(
            config.limits(), config.timeouts(), config.halfClose(), config.takesConnect());
    this.h2Config =
        new H2ServerConfig(
            config.limits(), config.timeouts(), config.http2(), config.takesConnect());
    this.handler = handler;
  }

  /**
   * Lets HTTP begin.
   *
   * @param agreed what the handshake has agreed on; empty where there was none, or it said nothing
   */
  void serve(
      Connection connection, DownstreamConnection downstream, Connections owner, String agreed) {
    boolean isOnlyH2 = !protocols.contains(Protocol.H1);
    if (agreed.equals(Protocol.H2.alpn()) || isOnlyH2) {
      h2(connection, downstream, owner).start();
    } else if (downstream.hasTls() || !protocols.contains(Protocol.H2)) {
      h1(connection, downstream, owner).start(); // RFC 9113 §3.3: over TLS, ALPN decides
    } else {
      var reader = new PrefaceReader(this, connection, downstream, owner);
      owner.add(reader);
      reader.start(h1Config.timeouts().head());
    }
  }

  H1ServerConnection h1(Connection connection, DownstreamConnection downstream, Connections owner) {
    H1Loop loop = h1.get(connection.loop().index());
    var server = new H1ServerConnection(loop, connection, downstream, h1Config, handler, owner);
    owner.add(server);
    return server;
  }

  H2ServerConnection h2(Connection connection, DownstreamConnection downstream, Connections owner) {
    H2Loop loop = h2.get(connection.loop().index());
    var server = new H2ServerConnection(loop, connection, downstream, h2Config, handler, owner);
    owner.add(server);
    return server;
  }
}
