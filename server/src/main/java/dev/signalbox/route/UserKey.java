package dev.signalbox.route;

import dev.signalbox.config.InvalidValue;
import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;
import dev.signalbox.http.Ascii;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What tells one user from another, where something must stay the same for each: a cookie, a header
 * or the client's address. A request without the cookie or header is told by its address.
 * Immutable.
 *
 * @param field null for the address
 */
public record UserKey(@Nullable Field field) {
  public static final Shape<UserKey> SHAPE =
      Shapes.value(
          "user",
          "^(cookie:|header:).+$|^address$",
          List.of("cookie:UID", "header:X-User", "address"),
          UserKey::of);

  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  /**
   * Reads one.
   *
   * @throws InvalidValue if it is none
   */
  public static UserKey of(String text) {
    if (text.equals("address")) {
      return new UserKey(null);
    }
    int colon = text.indexOf(':');
    var kind = colon < 0 ? text : text.substring(0, colon);
    var name = colon < 0 ? "" : text.substring(colon + 1);
    if (!kind.equals("cookie") && !kind.equals("header")) {
      throw new InvalidValue(text, "tells no users apart", "cookie:NAME, header:NAME or address");
    }
    if (!Ascii.isToken(name)) {
      throw new InvalidValue(text, "has no name of a " + kind, kind + ":NAME");
    }
    return new UserKey(
        kind.equals("cookie")
            ? new Field.Cookie(name)
            : new Field.Header(name.toLowerCase(Locale.ROOT)));
  }

  /**
   * A number that is the same for each request of a user, and evenly spread over users.
   *
   * @param salt with another, users fall otherwise
   * @return 0 where nothing is known of the user
   */
  public long hash(RouteRequest request, long salt) {
    if (field != null) {
      long range = FieldValue.find(field, request);
      if (range == FieldValue.ELSEWHERE) {
        byte[] copy = FieldValue.copy(field, request);
        return hash(copy, 0, copy.length, salt);
      }
      if (range != FieldValue.ABSENT) {
        return hash(request.head().bytes(), FieldValue.start(range), FieldValue.end(range), salt);
      }
    }
    var client = request.client();
    if (client == null) {
      return 0;
    }
    byte[] address = client.getAddress();
    return hash(address, 0, address.length, salt);
  }

  /** Text as a salt. */
  public static long salt(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return hash(bytes, 0, bytes.length, 0);
  }

  /** Which of so many equal parts a hash falls into, from 0; the order of hashes is kept. */
  public static int part(long hash, int parts) {
    return (int) Math.unsignedMultiplyHigh(hash, parts);
  }

  /** FNV-1a, and the finaliser of MurmurHash3, since FNV alone spreads its upper bits badly. */
  private static long hash(byte[] bytes, int start, int end, long salt) {
    long hash = FNV_OFFSET ^ salt;
    for (int i = start; i < end; i++) {
      hash = (hash ^ (bytes[i] & 0xff)) * FNV_PRIME;
    }
    hash = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
    hash = (hash ^ hash >>> 33) * 0xc4ceb9fe1a85ec53L;
    hash ^= hash >>> 33;
    return hash == 0 ? 1 : hash;
  }

  /** As a configuration writes it. */
  @Override
  public String toString() {
    return switch (field) {
      case null -> "address";
      case Field.Cookie(var name) -> "cookie:" + name;
      case Field.Header(var name) -> "header:" + name;
      case Field.Query(var name) -> "query:" + name;
      case Field.Sni() -> "sni";
    };
  }
}
