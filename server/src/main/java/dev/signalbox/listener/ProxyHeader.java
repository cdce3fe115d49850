package dev.signalbox.listener;

import dev.signalbox.net.Proxied;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads headers of the PROXY protocol, versions 1 and 2, as strictly as its specification allows:
 * whoever sends one is a program, and what is not exactly right is not from it. Pure.
 */
final class ProxyHeader {
  /** More than any header that makes sense, a client's certificate in it included. */
  static final int MOST = 16 * 1024;

  private static final byte[] SIGNATURE_1 = {'P', 'R', 'O', 'X', 'Y', ' '};
  private static final byte[] SIGNATURE_2 = {
    '\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'
  };
  private static final int LONGEST_1 = 107; // its line end included

  /** What came of some bytes. */
  sealed interface Result {}

  /**
   * A header; behind it begins what the client sent.
   *
   * @param proxied null where it is the peer's own connection, or the peer knows nothing
   */
  record Header(int length, @Nullable Proxied proxied) implements Result {}

  /** So far it is one, but not all of it is here. */
  record Incomplete() implements Result {}

  /** Something else. */
  record Absent() implements Result {}

  record Broken(String reason) implements Result {}

  private ProxyHeader() {}

  /** Reads from the start of what has come; the buffer is not changed. */
  static Result read(ByteBuf in) {
    return switch (Signature.of(in)) {
      case NONE -> new Absent();
      case BEGUN -> new Incomplete();
      case VERSION_1 -> readLine(in);
      case VERSION_2 -> ProxyHeaderV2.read(in, SIGNATURE_2.length);
    };
  }

  private enum Signature {
    NONE,
    BEGUN,
    VERSION_1,
    VERSION_2;

    static Signature of(ByteBuf in) {
      if (!in.isReadable()) {
        return BEGUN;
      }
      boolean isFirst = in.getByte(in.readerIndex()) == SIGNATURE_1[0];
      byte[] signature = isFirst ? SIGNATURE_1 : SIGNATURE_2;
      int count = Math.min(signature.length, in.readableBytes());
      for (int i = 0; i < count; i++) {
        if (in.getByte(in.readerIndex() + i) != signature[i]) {
          return NONE;
        }
      }
      if (count < signature.length) {
        return BEGUN;
      }
      return isFirst ? VERSION_1 : VERSION_2;
    }
  }

  // --- version 1: one line of text ---

  private static Result readLine(ByteBuf in) {
    int most = Math.min(in.readableBytes(), LONGEST_1);
    int end = in.indexOf(in.readerIndex(), in.readerIndex() + most, (byte) '\n');
    if (end < 0) {
      return most == LONGEST_1 ? new Broken("a line of more than 107 bytes") : new Incomplete();
    }
    int length = end + 1 - in.readerIndex();
    String line = in.toString(in.readerIndex(), length, StandardCharsets.ISO_8859_1);
    if (!line.endsWith("\r\n") || line.indexOf('\r') != length - 2) {
      return new Broken("a line that does not end with CR LF");
    }
    String[] words = line.substring(SIGNATURE_1.length, length - 2).split(" ", -1);
    if (words[0].equals("UNKNOWN")) {
      return new Header(length, null); // what follows is to be ignored
    }
    boolean isIpv6 = words[0].equals("TCP6");
    if (!isIpv6 && !words[0].equals("TCP4")) {
      return new Broken("neither TCP4 nor TCP6 nor UNKNOWN");
    }
    if (words.length != 5) {
      return new Broken("not two addresses and two ports");
    }
    var client = ProxyAddress.read(words[1], words[3], isIpv6);
    var destination = ProxyAddress.read(words[2], words[4], isIpv6);
    if (client == null || destination == null) {
      return new Broken("a malformed address or port");
    }
    return new Header(length, new Proxied(client, destination, false, null));
  }
}
