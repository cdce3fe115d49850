package dev.signalbox.config;

import java.util.List;

/**
 * A network: {@code 10.0.0.0/8}, {@code 2001:db8::/32}, or one address. Kept as 128 bits; IPv4
 * stands in the range that maps it into IPv6 (RFC 4291 §2.5.5.2), so an IPv4 client is the same
 * client on a socket of either kind.
 *
 * @param high the upper 64 bits
 * @param low the lower 64 bits
 * @param prefix how many of the 128 bits count; for IPv4 96 more than is written
 */
public record Cidr(long high, long low, int prefix) {
  public static final Shape<Cidr> SHAPE =
      Shapes.value(
          "network",
          "^[0-9A-Fa-f:.]+(/[0-9]{1,3})?$",
          List.of("10.0.0.0/8", "192.168.1.7", "2001:db8::/32"),
          Cidr::parse);

  private static final long MAPPED = 0xffff_0000_0000L;
  private static final long MAPPED_MASK = 0xffff_ffff_0000_0000L;

  public Cidr {
    if (prefix < 0
        || prefix > 128
        || (high & ~highMask(prefix)) != 0
        || (low & ~lowMask(prefix)) != 0) {
      throw new IllegalArgumentException("network: prefix " + prefix);
    }
  }

  /**
   * Reads a network or an address.
   *
   * @throws InvalidValue if it is neither
   */
  public static Cidr parse(String text) {
    int slash = text.indexOf('/');
    var address = IpLiteral.parse(slash < 0 ? text : text.substring(0, slash));
    if (address == null) {
      throw new InvalidValue(
          text, "is not an address or network", "like 10.0.0.0/8, 192.168.1.7 or 2001:db8::/32");
    }
    int bits = address.length * 8;
    int written = bits;
    if (slash >= 0) {
      var length = text.substring(slash + 1);
      if (!length.matches("0|[1-9][0-9]{0,2}") || Integer.parseInt(length) > bits) {
        throw new InvalidValue(
            text, "has the prefix length " + Shown.quoted(length), "0 to " + bits);
      }
      written = Integer.parseInt(length);
    }
    long high = address.length == 4 ? 0 : bits(address, 0, 8);
    long low = address.length == 4 ? MAPPED | bits(address, 0, 4) : bits(address, 8, 8);
    int prefix = address.length == 4 ? written + 96 : written;
    var network = new Cidr(high & highMask(prefix), low & lowMask(prefix), prefix);
    if (network.high != high || network.low != low) {
      throw new InvalidValue(text, "has bits set after its prefix", network.toString());
    }
    return network;
  }

  /** Whether the address, of 4 or 16 bytes, belongs to this network. Does not allocate. */
  public boolean contains(byte[] address) {
    long addressHigh = address.length == 4 ? 0 : bits(address, 0, 8);
    long addressLow = address.length == 4 ? MAPPED | bits(address, 0, 4) : bits(address, 8, 8);
    // ::/0 is all of IPv6, not also all of IPv4.
    return (addressHigh & highMask(prefix)) == high
        && (addressLow & lowMask(prefix)) == low
        && isIpv4() == isMapped(addressHigh, addressLow);
  }

  public boolean isIpv4() {
    return prefix >= 96 && isMapped(high, low);
  }

  private static boolean isMapped(long high, long low) {
    return high == 0 && (low & MAPPED_MASK) == MAPPED;
  }

  private static long highMask(int prefix) {
    return prefix == 0 ? 0 : prefix >= 64 ? -1L : -1L << (64 - prefix);
  }

  private static long lowMask(int prefix) {
    return prefix <= 64 ? 0 : -1L << (128 - prefix);
  }

  private static long bits(byte[] bytes, int from, int count) {
    long value = 0;
    for (int i = from; i < from + count; i++) {
      value = value << 8 | (bytes[i] & 0xff);
    }
    return value;
  }

  /** As it is written; a single address without a prefix length. */
  @Override
  public String toString() {
    int length = isIpv4() ? 4 : 16;
    var bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      int fromEnd = length - 1 - i;
      bytes[i] = (byte) (fromEnd < 8 ? low >> (8 * fromEnd) : high >> (8 * (fromEnd - 8)));
    }
    int written = isIpv4() ? prefix - 96 : prefix;
    return IpLiteral.text(bytes) + (written == length * 8 ? "" : "/" + written);
  }
}
