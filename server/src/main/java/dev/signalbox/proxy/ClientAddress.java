package dev.signalbox.proxy;

import dev.signalbox.http.Ascii;
import dev.signalbox.http.DownstreamConnection;
import dev.signalbox.http.ForwardedConfig.Mode;
import dev.signalbox.http.Headers;
import dev.signalbox.http.KnownHeader;
import dev.signalbox.http.RequestHead;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who asked: the nearest hop that is no trusted proxy. The list that proxies append to is read from
 * the right, each entry believed because the one to its right is trusted; what stands further left
 * anyone may have written. Where the next entry is missing or no address, the last one believed is
 * the answer. Pure.
 */
final class ClientAddress {
  private ClientAddress() {}

  /** The client's address, or null where the peer has none (a unix-domain socket). */
  static @Nullable InetAddress of(RequestHead head, DownstreamConnection from) {
    var peer = from.peer();
    if (peer == null || !from.isTrusted()) {
      return peer; // the common case costs nothing
    }
    boolean isForwarded = from.forwarded().mode() == Mode.FORWARDED;
    var hops =
        isForwarded
            ? list(head.headers(), KnownHeader.FORWARDED)
            : list(head.headers(), KnownHeader.X_FORWARDED_FOR);
    InetAddress client = peer;
    for (int i = hops.size() - 1; i >= 0 && from.isTrusted(client); i--) {
      var hop = isForwarded ? forwardedFor(hops.get(i)) : hops.get(i);
      var address = address(hop);
      if (address == null) {
        return client;
      }
      client = address;
    }
    return client;
  }

  /** All lines are one list (RFC 9110 §5.3). Commas in quotes are not expected in addresses. */
  private static List<String> list(Headers headers, KnownHeader header) {
    var all = new ArrayList<String>();
    for (int i = headers.find(header); i >= 0; i = headers.find(header, i + 1)) {
      for (var entry : headers.value(i).split(",", -1)) {
        all.add(entry.strip());
      }
    }
    return all;
  }

  // RFC 7239 §4, §6: for="[2001:db8::1]:4711";proto=https
  private static String forwardedFor(String element) {
    for (var pair : element.split(";", -1)) {
      var stripped = pair.strip();
      if (stripped.regionMatches(true, 0, "for=", 0, 4)) {
        var value = stripped.substring(4);
        boolean isQuoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
        return isQuoted ? value.substring(1, value.length() - 1) : value;
      }
    }
    return "";
  }

  /** With or without a port, as some proxies append one. */
  private static @Nullable InetAddress address(String text) {
    var host = text;
    if (text.startsWith("[") && text.indexOf(']') > 0) {
      host = text.substring(1, text.indexOf(']'));
    } else if (text.indexOf('.') >= 0 && text.indexOf(':') == text.lastIndexOf(':')) {
      host = text.indexOf(':') < 0 ? text : text.substring(0, text.indexOf(':'));
    }
    byte[] bytes =
        host.isEmpty()
                || !host.chars()
                    .allMatch(c -> Ascii.hexDigit((byte) c) >= 0 || ".:".indexOf(c) >= 0)
            ? null
            : NetUtil.createByteArrayFromIpAddressString(host);
    try {
      return bytes == null ? null : InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e); // only for bytes that are neither 4 nor 16
    }
  }
}
