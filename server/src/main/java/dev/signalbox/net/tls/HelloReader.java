package dev.signalbox.net.tls;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads the first message of a TLS client (RFC 8446 §4.1.2), as far as the server must know it
 * before it can choose a certificate. Pure.
 */
final class HelloReader {
  /** What BoringSSL takes; a hello with post-quantum shares has less than 2 KB. */
  static final int LONGEST = 16 * 1024;

  /** Records that one hello may come in, so that tiny ones can't make us read for ever. */
  private static final int MOST_RECORDS = 64;

  private static final int HANDSHAKE = 22;
  private static final int CLIENT_HELLO = 1;
  private static final int RECORD_HEADER = 5;
  private static final int LONGEST_RECORD = 16 * 1024;

  /** What the first bytes of a connection turned out to be. */
  sealed interface Outcome {}

  /**
   * A whole hello.
   *
   * @param serverName in lower case and without a trailing dot, or null
   * @param protocols what the client offers by ALPN; empty where it offers nothing
   */
  record Hello(@Nullable String serverName, List<String> protocols) implements Outcome {
    Hello {
      protocols = List.copyOf(protocols);
    }
  }

  /** There is more to come. */
  record Incomplete() implements Outcome {}

  /** No TLS at all. */
  record NotTls() implements Outcome {}

  /** It began like TLS and is no hello. */
  record Broken(String why) implements Outcome {}

  private static final Outcome INCOMPLETE = new Incomplete();
  private static final Outcome TRUNCATED = new Broken("a ClientHello that ends too early");

  private HelloReader() {}

  /** Looks at what has come so far, and consumes nothing. */
  static Outcome read(ByteBuf bytes) {
    int at = bytes.readerIndex();
    int end = bytes.writerIndex();
    byte[] message = null;
    int filled = 0;
    for (int records = 0; ; records++) {
      if (at < end && bytes.getUnsignedByte(at) != HANDSHAKE) {
        return records == 0 ? new NotTls() : new Broken("a record of another kind within a hello");
      }
      if (at + 1 < end && bytes.getUnsignedByte(at + 1) != 3) { // RFC 8446 §5.1: 0x0301 or 0x0303
        return new NotTls();
      }
      if (at + RECORD_HEADER > end) {
        return INCOMPLETE;
      }
      int length = bytes.getUnsignedShort(at + 3);
      if (length == 0 || length > LONGEST_RECORD || records == MOST_RECORDS) {
        return new Broken("a ClientHello in records of an impossible length");
      }
      at += RECORD_HEADER;
      int there = Math.min(length, end - at);
      if (message == null) {
        if (there < 4) { // a record that holds less than the message's header: nobody sends that
          return length < 4 ? TRUNCATED : INCOMPLETE;
        }
        if (bytes.getUnsignedByte(at) != CLIENT_HELLO) {
          return new Broken("a first message that is no ClientHello");
        }
        int needed = bytes.getUnsignedMedium(at + 1);
        if (needed > LONGEST) {
          return new Broken("a ClientHello of " + needed + " bytes");
        }
        message = new byte[needed + 4];
      }
      int taken = Math.min(there, message.length - filled);
      bytes.getBytes(at, message, filled, taken);
      filled += taken;
      if (filled == message.length) {
        return parse(message);
      }
      if (there < length) {
        return INCOMPLETE;
      }
      at += length;
    }
  }

  private static Outcome parse(byte[] message) {
    try {
      var in = new Bytes(message, 4, message.length);
      in.skip(2 + 32); // legacy_version, random
      in.skip(in.one()); // legacy_session_id
      in.skip(in.two()); // cipher_suites
      in.skip(in.one()); // legacy_compression_methods
      String name = null;
      List<String> protocols = List.of();
      if (in.isEmpty()) {
        return new Hello(null, protocols); // RFC 5246 §7.4.1.2: extensions may be missing
      }
      var extensions = in.part(in.two());
      while (!extensions.isEmpty()) {
        int type = extensions.two();
        var body = extensions.part(extensions.two());
        if (type == 0) {
          name = serverName(body);
        } else if (type == 16) {
          protocols = protocols(body);
        }
      }
      return new Hello(name, protocols);
    } catch (IndexOutOfBoundsException _) {
      return TRUNCATED;
    }
  }

  // RFC 6066 §3
  private static @Nullable String serverName(Bytes body) {
    var names = body.part(body.two());
    while (!names.isEmpty()) {
      int type = names.one();
      String text = names.text(names.two());
      if (type == 0) {
        return hostName(text);
      }
    }
    return null;
  }

  /** A name in the form that is compared; null where it is none, so that the default is served. */
  static @Nullable String hostName(String text) {
    String name = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    boolean isName =
        !name.isEmpty()
            && name.length() <= 255
            && name.chars()
                .allMatch(c ->
                    (c >= 'a' && c <= 'z')
                        || (c >= 'A' && c <= 'Z')
                        || (c >= '0' && c <= '9')
                        || c == '-'
                        || c == '.'
                        || c == '_');
    return isName ? name.toLowerCase(Locale.ROOT) : null;
  }

  // RFC 7301 §3.1
  private static List<String> protocols(Bytes body) {
    var names = body.part(body.two());
    var protocols = new ArrayList<String>();
    while (!names.isEmpty()) {
      protocols.add(names.text(names.one()));
    }
    return protocols;
  }

  /** A cursor that never leaves its part. */
  private static final class Bytes {
    private final byte[] bytes;
    private final int end;
    private int at;

    Bytes(byte[] bytes, int from, int end) {
      this.bytes = bytes;
      this.at = from;
      this.end = end;
    }

    boolean isEmpty() {
      return at == end;
    }

    int one() {
      int from = at;
      skip(1);
      return bytes[from] & 0xff;
    }

    int two() {
      return (one() << 8) | one();
    }

    void skip(int count) {
      if (count > end - at) {
        throw new IndexOutOfBoundsException();
      }
      at += count;
    }

    Bytes part(int length) {
      int from = at;
      skip(length);
      return new Bytes(bytes, from, at);
    }

    String text(int length) {
      int from = at;
      skip(length);
      return new String(bytes, from, length, StandardCharsets.ISO_8859_1);
    }
  }
}
