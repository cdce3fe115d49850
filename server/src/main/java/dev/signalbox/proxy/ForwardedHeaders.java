package dev.signalbox.proxy;

import dev.signalbox.http.Ascii;
import dev.signalbox.http.DownstreamConnection;
import dev.signalbox.http.ForwardedConfig;
import dev.signalbox.http.ForwardedConfig.Mode;
import dev.signalbox.http.Headers;
import dev.signalbox.http.KnownHeader;
import dev.signalbox.http.RequestHead;
import dev.signalbox.net.tls.ClientCertificate;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Tells endpoints who asked, and through whom. What a client says about itself is dropped, unless
 * it is a trusted proxy: then we append to what it says. The family that we do not write is dropped
 * even then: the proxy may have passed on what its client made up. Pure.
 */
final class ForwardedHeaders {
  private static final byte[] X_FORWARDED_FOR = Ascii.bytes("X-Forwarded-For");
  private static final byte[] X_FORWARDED_PROTO = Ascii.bytes("X-Forwarded-Proto");
  private static final byte[] X_FORWARDED_HOST = Ascii.bytes("X-Forwarded-Host");
  private static final byte[] X_FORWARDED_PORT = Ascii.bytes("X-Forwarded-Port");
  private static final byte[] FORWARDED = Ascii.bytes("Forwarded");
  private static final byte[] CLIENT_CERT = Ascii.bytes("Client-Cert");
  private static final byte[] CLIENT_CERT_CHAIN = Ascii.bytes("Client-Cert-Chain");
  private static final byte[] COMMA = Ascii.bytes(", ");
  private static final byte[] NOTHING = {};
  private static final byte[] VIA = Ascii.bytes("Via");
  private static final byte[] VIA_1_0 = Ascii.bytes("1.0 signalbox");
  private static final byte[] VIA_1_1 = Ascii.bytes("1.1 signalbox");
  private static final byte[] VIA_2 = Ascii.bytes("2 signalbox");
  private static final byte[] VIA_3 = Ascii.bytes("3 signalbox");
  private static final byte[] HTTP = Ascii.bytes("http");
  private static final byte[] HTTPS = Ascii.bytes("https");

  private ForwardedHeaders() {}

  static void apply(RequestHead head, DownstreamConnection from) {
    ForwardedConfig config = from.forwarded();
    Headers headers = head.headers();
    clientCert(headers, from, config);
    if (!from.isTrusted() || config.mode() == Mode.FORWARDED) {
      headers.remove(KnownHeader.X_FORWARDED_FOR);
      headers.remove(KnownHeader.X_FORWARDED_PROTO);
      headers.remove(KnownHeader.X_FORWARDED_HOST);
      headers.remove(KnownHeader.X_FORWARDED_PORT);
    }
    if (!from.isTrusted() || config.mode() == Mode.X_FORWARDED) {
      headers.remove(KnownHeader.FORWARDED);
    }
    if (config.mode() == Mode.X_FORWARDED && !from.isTrusted()) {
      // The common case: all that does not depend on the request is prepared.
      if (head.authorityEnd() > head.authorityStart()) {
        headers.add(X_FORWARDED_HOST, headers.bytes(), head.authorityStart(), head.authorityEnd());
      }
      headers.add(from.prepared(ForwardedHeaders::prepare));
      if (config.via()) {
        append(headers, KnownHeader.VIA, VIA, via(head));
      }
      return;
    }
    if (config.mode() == Mode.X_FORWARDED || config.mode() == Mode.BOTH) {
      xForwarded(head, headers, from);
    }
    if (config.mode() == Mode.FORWARDED || config.mode() == Mode.BOTH) {
      append(headers, KnownHeader.FORWARDED, FORWARDED, forwarded(head, from));
    }
    if (config.via()) { // RFC 9110 §7.6.3
      append(headers, KnownHeader.VIA, VIA, via(head));
    }
  }

  // RFC 9440 §4: whatever comes under these names was said by anybody
  private static void clientCert(
      Headers headers, DownstreamConnection from, ForwardedConfig config) {
    ClientCertificate certificate = config.clientCert() ? from.clientCertificate() : null;
    if (certificate != null || !config.trustsClientCert() || !from.isTrusted()) {
      headers.remove(KnownHeader.CLIENT_CERT);
      headers.remove(KnownHeader.CLIENT_CERT_CHAIN);
    }
    if (certificate != null) {
      headers.add(from.preparedClientCert(certificate, ForwardedHeaders::prepare));
    }
  }

  private static Headers.Lines prepare(ClientCertificate certificate) {
    var headers = new Headers();
    var chain = certificate.chain();
    headers.add(CLIENT_CERT, sequence(chain.getFirst()));
    if (chain.size() > 1) {
      var list = new ByteArrayOutputStream();
      for (byte[] each : chain.subList(1, chain.size())) {
        list.writeBytes(list.size() == 0 ? NOTHING : COMMA);
        list.writeBytes(sequence(each));
      }
      headers.add(CLIENT_CERT_CHAIN, list.toByteArray());
    }
    return new Headers.Lines(headers);
  }

  // RFC 9651 §3.3.5
  private static byte[] sequence(byte[] der) {
    return Ascii.bytes(":" + Base64.getEncoder().encodeToString(der) + ":");
  }

  private static Headers.Lines prepare(DownstreamConnection from) {
    var headers = new Headers();
    headers.add(X_FORWARDED_FOR, from.peerText());
    headers.add(X_FORWARDED_PROTO, from.isSecure() ? HTTPS : HTTP);
    if (from.localPort() > 0) {
      headers.add(X_FORWARDED_PORT, from.localPortText());
    }
    return new Headers.Lines(headers);
  }

  private static void xForwarded(RequestHead head, Headers headers, DownstreamConnection from) {
    append(headers, KnownHeader.X_FORWARDED_FOR, X_FORWARDED_FOR, from.peerText());
    if (!headers.has(KnownHeader.X_FORWARDED_PROTO)) {
      headers.add(X_FORWARDED_PROTO, from.isSecure() ? HTTPS : HTTP);
    }
    if (!headers.has(KnownHeader.X_FORWARDED_HOST) && head.authorityEnd() > head.authorityStart()) {
      headers.add(X_FORWARDED_HOST, headers.bytes(), head.authorityStart(), head.authorityEnd());
    }
    if (!headers.has(KnownHeader.X_FORWARDED_PORT) && from.localPort() > 0) {
      headers.add(X_FORWARDED_PORT, from.localPortText());
    }
  }

  /** Appends to a list that is already there, which becomes one field, or begins it. */
  private static void append(Headers headers, KnownHeader known, byte[] name, byte[] value) {
    int entry = headers.find(known);
    if (entry < 0) {
      headers.add(name, value);
      return;
    }
    var list = new StringBuilder();
    for (; entry >= 0; entry = headers.find(known, entry + 1)) {
      list.append(headers.value(entry)).append(", ");
      headers.remove(entry);
    }
    list.append(new String(value, StandardCharsets.ISO_8859_1));
    headers.add(name, Ascii.bytes(list.toString()));
  }

  // RFC 7239 §4: an IPv6 address, and anything with a colon, is quoted
  private static byte[] forwarded(RequestHead head, DownstreamConnection from) {
    String peer = Ascii.text(from.peerText(), 0, from.peerText().length);
    String node = peer.indexOf(':') < 0 ? peer : "\"[" + peer + "]\"";
    String host = Ascii.text(head.bytes(), head.authorityStart(), head.authorityEnd());
    String hostPart =
        host.isEmpty() ? "" : ";host=" + (Ascii.isToken(host) ? host : '"' + host + '"');
    return Ascii.bytes("for=" + node + hostPart + ";proto=" + (from.isSecure() ? "https" : "http"));
  }

  private static byte[] via(RequestHead head) {
    return switch (head.version()) {
      case HTTP_1_0 -> VIA_1_0;
      case HTTP_1_1 -> VIA_1_1;
      case HTTP_2 -> VIA_2;
      case HTTP_3 -> VIA_3;
    };
  }
}
