package dev.signalbox.listener;

import dev.signalbox.listener.ProxyHeader.Broken;
import dev.signalbox.listener.ProxyHeader.Header;
import dev.signalbox.listener.ProxyHeader.Incomplete;
import dev.signalbox.listener.ProxyHeader.Result;
import dev.signalbox.net.Proxied;
import io.netty.buffer.ByteBuf;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Reads what follows the signature of a header in version 2: binary, with fields behind. Pure. */
final class ProxyHeaderV2 {
  private static final int FIXED = 16; // the signature, version and command, family, length
  private static final int UNIX_PATH = 108;

  // Types of the fields behind the addresses.
  private static final int AUTHORITY = 0x02;
  private static final int CHECKSUM = 0x03;
  private static final int UNIQUE_ID = 0x05;
  private static final int SSL = 0x20;
  private static final int MOST_AUTHORITY = 255;
  private static final int MOST_UNIQUE_ID = 128;
  private static final int CLIENT_SSL = 0x01; // a bit of the first byte of SSL
  private static final int SSL_FIXED = 5;

  private final ByteBuf in;
  private final int start;
  private final int end;
  private boolean isSecure;
  private @Nullable String authority;
  private @Nullable String problem;

  private ProxyHeaderV2(ByteBuf in, int end) {
    this.in = in;
    this.start = in.readerIndex();
    this.end = end;
  }

  static Result read(ByteBuf in, int signature) {
    int start = in.readerIndex();
    if (in.readableBytes() > signature) { // what is wrong is told as soon as it is here
      int command = in.getUnsignedByte(start + signature);
      if (command != 0x20 && command != 0x21) {
        return new Broken("neither LOCAL nor PROXY of version 2");
      }
    }
    if (in.readableBytes() < FIXED) {
      return new Incomplete();
    }
    int length = FIXED + in.getUnsignedShort(start + 14);
    if (length > ProxyHeader.MOST) {
      return new Broken("a header of " + length + " bytes");
    }
    if (in.readableBytes() < length) {
      return new Incomplete();
    }
    if (in.getUnsignedByte(start + signature) == 0x20) {
      return new Header(length, null); // LOCAL: the proxy itself asks; all else is to be ignored
    }
    return new ProxyHeaderV2(in, start + length).read(length);
  }

  private Result read(int length) {
    int family = in.getUnsignedByte(start + 13);
    int addresses =
        switch (family) {
          case 0x00 -> 0; // UNSPEC
          case 0x11, 0x12 -> 12;
          case 0x21, 0x22 -> 36;
          case 0x31, 0x32 -> 2 * UNIX_PATH;
          default -> -1;
        };
    if (addresses < 0) {
      return new Broken("an unknown family of addresses");
    }
    if (length < FIXED + addresses) {
      return new Broken("too short for its addresses");
    }
    readFields(start + FIXED + addresses);
    if (problem != null) {
      return new Broken(problem);
    }
    SocketAddress client = address(family >> 4, 0);
    SocketAddress destination = address(family >> 4, 1);
    return new Header(
        length,
        client == null || destination == null
            ? null
            : new Proxied(client, destination, isSecure, authority));
  }

  /**
   * An address.
   *
   * @param which 0 for the client's, 1 for the destination's
   */
  private @Nullable SocketAddress address(int family, int which) {
    int at = start + FIXED;
    return switch (family) {
      case 1 -> inet(at + which * 4, 4, at + 8 + which * 2);
      case 2 -> inet(at + which * 16, 16, at + 32 + which * 2);
      case 3 -> {
        int from = at + which * UNIX_PATH;
        int zero = in.indexOf(from, from + UNIX_PATH, (byte) 0);
        int to = zero < 0 ? from + UNIX_PATH : zero;
        yield new DomainSocketAddress(in.toString(from, to - from, StandardCharsets.ISO_8859_1));
      }
      default -> null;
    };
  }

  private SocketAddress inet(int at, int length, int port) {
    var bytes = new byte[length];
    in.getBytes(at, bytes);
    return ProxyAddress.of(bytes, in.getUnsignedShort(port));
  }

  // --- the fields behind: a type, a length of two bytes, a value ---

  private void readFields(int from) {
    int at = from;
    while (at < end && problem == null) {
      if (end - at < 3 || end - at - 3 < in.getUnsignedShort(at + 1)) {
        problem = "a field that is longer than the header";
        return;
      }
      int value = at + 3;
      int length = in.getUnsignedShort(at + 1);
      switch (in.getUnsignedByte(at)) {
        case AUTHORITY -> readAuthority(value, length);
        case CHECKSUM -> readChecksum(value, length);
        case UNIQUE_ID -> require(length <= MOST_UNIQUE_ID, "a unique id of more than 128 bytes");
        case SSL -> {
          require(length >= SSL_FIXED, "a field about TLS that is too short");
          isSecure = problem == null && (in.getUnsignedByte(value) & CLIENT_SSL) != 0;
          requireWhole(value + SSL_FIXED, value + length);
        }
        default -> {} // others are to be ignored
      }
      at = value + length;
    }
  }

  /** The fields within a field end where it does. */
  private void requireWhole(int from, int to) {
    int at = from;
    while (at < to && problem == null) {
      boolean isWhole = to - at >= 3 && to - at - 3 >= in.getUnsignedShort(at + 1);
      require(isWhole, "a field about TLS that is longer than its own");
      at += isWhole ? 3 + in.getUnsignedShort(at + 1) : 0;
    }
  }

  private void readAuthority(int at, int length) {
    require(length <= MOST_AUTHORITY && authority == null, "an authority that is none");
    String text = in.toString(at, length, StandardCharsets.UTF_8);
    // What is matched against host names looks like one: nothing else is taken for it.
    authority = text.matches("[A-Za-z0-9._-]+") ? text.toLowerCase(Locale.ROOT) : null;
  }

  private void readChecksum(int at, int length) {
    require(length == 4, "a checksum that is not of four bytes");
    if (problem != null) {
      return;
    }
    var checksum = new CRC32C();
    for (int i = start; i < end; i++) {
      checksum.update(i >= at && i < at + 4 ? 0 : in.getByte(i));
    }
    require(in.getUnsignedInt(at) == checksum.getValue(), "a wrong checksum");
  }

  private void require(boolean isFine, String otherwise) {
    if (!isFine && problem == null) {
      problem = otherwise;
    }
  }
}
