package dev.signalbox.listener;

import dev.signalbox.http.RequestHead;
import dev.signalbox.net.tls.TlsConfig;
import dev.signalbox.net.tls.TlsNames;
import dev.signalbox.net.tls.TlsPeer;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a request at a listener before routes are asked, told of requests that nobody has
 * sent, by the code that serves. Immutable; making one reads files.
 */
public final class BeforeRoutes {
  private final @Nullable HttpsRedirect redirect;
  private final boolean isSecure;
  private final @Nullable TlsNames names;

  private BeforeRoutes(
      @Nullable HttpsRedirect redirect, boolean isSecure, @Nullable TlsNames names) {
    this.redirect = redirect;
    this.isSecure = isSecure;
    this.names = names;
  }

  /** At this listener. */
  public static BeforeRoutes of(ListenerConfig config) {
    TlsConfig tls = config.tls();
    var to = config.httpsRedirect();
    return new BeforeRoutes(
        tls == null && to.isEnabled() ? new HttpsRedirect(to.port()) : null,
        tls != null,
        tls == null ? null : TlsNames.of(tls));
  }

  /**
   * What the client gets; null where routes are asked.
   *
   * @param hasTls whether the request comes by TLS
   * @param serverName the name that its client asks for in the handshake, or null
   */
  public @Nullable OwnAnswer to(RequestHead head, boolean hasTls, @Nullable String serverName) {
    if (!isSecure) {
      return redirect == null ? null : redirect.answer(head);
    }
    if (!hasTls) {
      return OwnAnswer.PLAIN;
    }
    if (names == null) {
      return null;
    }
    TlsPeer peer = names.peer(serverName);
    if (peer == null) {
      return new OwnAnswer.NoHandshake(
          "strict-sni: no certificate for " + (serverName == null ? "no name" : serverName));
    }
    return peer.isMisdirected(head.hostText()) && !head.isConnect() ? OwnAnswer.MISDIRECTED : null;
  }

  /** A host for which requests get to the routes; empty where any will do. */
  public String example() {
    return names == null ? "" : names.example();
  }
}
