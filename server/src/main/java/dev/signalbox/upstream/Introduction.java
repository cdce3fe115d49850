package dev.signalbox.upstream;

import dev.signalbox.http.DownstreamConnection;
import dev.signalbox.net.Loop;
import dev.signalbox.net.tls.ClientCertificate;
import dev.signalbox.net.tls.TlsConnection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Writes the header of the PROXY protocol that tells an endpoint of a client. Pure. */
final class Introduction {
  private static final byte[] SIGNATURE = {
    '\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'
  };
  private static final int PROXY = 0x21; // version 2, on behalf of a client
  private static final int LOCAL = 0x20; // for ourselves
  private static final int IPV4 = 0x11;
  private static final int IPV6 = 0x21;

  // Types of the fields behind the addresses.
  private static final int ALPN = 0x01;
  private static final int AUTHORITY = 0x02;
  private static final int CHECKSUM = 0x03;
  private static final int SSL = 0x20;
  private static final int SSL_VERSION = 0x21;
  private static final int SSL_COMMON_NAME = 0x22;
  private static final int SSL_CIPHER = 0x23;
  private static final int CLIENT_SSL = 1;
  private static final int CERTIFICATE_NOW = 2; // shown in this connection's handshake
  private static final int CERTIFICATE = 4; // or in that of the session it resumes
  private static final int VERIFIED = 0;
  private static final int NOT_VERIFIED = 1; // no certificate of the client's was
  private static final int MOST_NAME = 256; // bytes; RFC 5280 knows none of more than 64 characters

  private Introduction() {}

  /**
   * Writes one into a buffer that is the caller's.
   *
   * @param client null where it is ourselves who ask
   */
  static ByteBuf write(
      UpstreamProxyProtocol version, @Nullable DownstreamConnection client, Loop loop) {
    InetSocketAddress from = client == null ? null : inet(client.remoteAddress());
    InetSocketAddress to = client == null ? null : inet(client.destination());
    boolean isTold = from != null && to != null && isSameFamily(from, to);
    ByteBuf out = loop.writeBuffer();
    if (version == UpstreamProxyProtocol.V1) {
      String line = from != null && to != null && isTold ? line(from, to) : "PROXY UNKNOWN\r\n";
      out.writeCharSequence(line, StandardCharsets.US_ASCII);
      return out;
    }
    out.writeBytes(SIGNATURE).writeByte(client == null ? LOCAL : PROXY);
    int family = out.writerIndex();
    out.writeByte(0).writeShort(0);
    if (from != null && to != null && isTold) {
      byte[] address = from.getAddress().getAddress();
      out.setByte(family, address.length == 4 ? IPV4 : IPV6);
      out.writeBytes(address).writeBytes(to.getAddress().getAddress());
      out.writeShort(from.getPort()).writeShort(to.getPort());
    }
    if (client != null) {
      fields(client, out);
      out.writeByte(CHECKSUM).writeShort(4).writeInt(0);
    }
    out.setShort(family + 1, out.writerIndex() - family - 3);
    if (client != null) { // of the whole header, with nothing in its own place
      out.setInt(out.writerIndex() - 4, checksum(out));
    }
    return out;
  }

  private static int checksum(ByteBuf header) {
    var checksum = new CRC32C();
    checksum.update(header.nioBuffer());
    return (int) checksum.getValue();
  }

  private static String line(InetSocketAddress from, InetSocketAddress to) {
    return "PROXY "
        + (from.getAddress().getAddress().length == 4 ? "TCP4 " : "TCP6 ")
        + NetUtil.toAddressString(from.getAddress())
        + ' '
        + NetUtil.toAddressString(to.getAddress())
        + ' '
        + from.getPort()
        + ' '
        + to.getPort()
        + "\r\n";
  }

  /** An Internet address; of one that is IPv4 in the dress of IPv6, what it is. */
  private static @Nullable InetSocketAddress inet(@Nullable SocketAddress address) {
    if (!(address instanceof InetSocketAddress inet) || inet.getAddress() == null) {
      return null;
    }
    try {
      return new InetSocketAddress(
          InetAddress.getByAddress(inet.getAddress().getAddress()), inet.getPort());
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e); // it comes from an address
    }
  }

  private static boolean isSameFamily(InetSocketAddress one, InetSocketAddress other) {
    return one.getAddress().getAddress().length == other.getAddress().getAddress().length;
  }

  private static void fields(DownstreamConnection client, ByteBuf out) {
    TlsConnection tls = client.tlsConnection();
    if (tls != null && !tls.protocol().isEmpty()) {
      field(ALPN, tls.protocol(), out);
    }
    String name = client.sni();
    if (name != null) {
      field(AUTHORITY, name, out);
    }
    if (client.isSecure()) {
      int length = begin(SSL, out);
      ClientCertificate certificate = client.clientCertificate();
      int shown =
          certificate == null
              ? 0
              : tls == null || tls.isResumed() ? CERTIFICATE : CERTIFICATE | CERTIFICATE_NOW;
      out.writeByte(CLIENT_SSL | shown).writeInt(certificate == null ? NOT_VERIFIED : VERIFIED);
      if (tls != null) {
        field(SSL_VERSION, tls.version(), out);
        field(SSL_CIPHER, tls.cipher(), out);
      }
      if (certificate != null) {
        commonName(certificate, out);
      }
      end(length, out);
    }
  }

  private static void commonName(ClientCertificate certificate, ByteBuf out) {
    String name = certificate.commonName();
    if (name != null && ByteBufUtil.utf8Bytes(name) <= MOST_NAME) {
      field(SSL_COMMON_NAME, name, out);
    }
  }

  private static void field(int type, String value, ByteBuf out) {
    int length = begin(type, out);
    out.writeCharSequence(value, StandardCharsets.UTF_8);
    end(length, out);
  }

  private static int begin(int type, ByteBuf out) {
    out.writeByte(type).writeShort(0);
    return out.writerIndex() - 2;
  }

  private static void end(int length, ByteBuf out) {
    out.setShort(length, out.writerIndex() - length - 2);
  }
}
