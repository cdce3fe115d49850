package dev.signalbox.listener;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The addresses of a PROXY header's text form, each in the one way to write it. Pure. */
final class ProxyAddress {
  private static final String OCTET = "(0|[1-9][0-9]{0,2})";
  private static final Pattern IPV4 =
      Pattern.compile(OCTET + "\\." + OCTET + "\\." + OCTET + "\\." + OCTET);
  private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]{2,45}");
  private static final Pattern PORT = Pattern.compile("0|[1-9][0-9]{0,4}");

  private ProxyAddress() {}

  /** Null where one of them is malformed. */
  static @Nullable InetSocketAddress read(String address, String port, boolean isIpv6) {
    if (!PORT.matcher(port).matches() || Integer.parseInt(port) > 0xffff) {
      return null;
    }
    boolean isForm = (isIpv6 ? IPV6 : IPV4).matcher(address).matches();
    byte[] bytes = isForm ? NetUtil.createByteArrayFromIpAddressString(address) : null;
    if (bytes == null || bytes.length != (isIpv6 ? 16 : 4)) {
      return null;
    }
    return of(bytes, Integer.parseInt(port));
  }

  static InetSocketAddress of(byte[] address, int port) {
    try {
      return new InetSocketAddress(InetAddress.getByAddress(address), port);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e); // neither 4 nor 16 bytes
    }
  }
}
