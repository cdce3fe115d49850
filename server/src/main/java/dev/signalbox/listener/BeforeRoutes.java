package dev.signalbox.listener;

import dev.signalbox.http.RequestHead;
import dev.signalbox.net.tls.ClientAuthConfig;
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
  private final boolean requiresCert;

  private BeforeRoutes(
      @Nullable HttpsRedirect redirect,
      boolean isSecure,
      @Nullable TlsNames names,
      boolean requiresCert) {
    this.redirect = redirect;
    this.isSecure = isSecure;
    this.names = names;
    this.requiresCert = requiresCert;
  }

  /** At this listener. */
  public static BeforeRoutes of(ListenerConfig config) {
    TlsConfig tls = config.tls();
    var to = config.httpsRedirect();
    return new BeforeRoutes(
        tls == null && to.isEnabled() ? new HttpsRedirect(to.port()) : null,
        tls != null,
        tls == null ? null : TlsNames.of(tls),
        tls != null && tls.clients().mode() == ClientAuthConfig.Mode.REQUIRED);
  }

  /**
   * What the client gets; null where routes are asked.
   *
   * @param hasTls whether the request comes by TLS
   * @param serverName the name that its client asks for in the handshake, or null
   * @param hasCert whether its client has a certificate that the listener trusts
   */
  public @Nullable OwnAnswer to(
      RequestHead head, boolean hasTls, @Nullable String serverName, boolean hasCert) {
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
    if (requiresCert && !hasCert) {
      return new OwnAnswer.NoHandshake(
          "client-certificate: required, and the client shows none (--client-cert)");
    }
    return peer.isMisdirected(head.hostText()) && !head.isConnect() ? OwnAnswer.MISDIRECTED : null;
  }

  /** A host for which requests get to the routes; empty where any will do. */
  public String example() {
    return names == null ? "" : names.example();
  }
}
