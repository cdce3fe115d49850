package dev.signalbox.config;

import org.jspecify.annotations.Nullable;

/**
 * IPv4 and IPv6 addresses as text. Strict, where the JDK's reader is generous (it takes {@code
 * 10.1} for an address) and may ask DNS.
 */
final class IpLiteral {
  private IpLiteral() {}

  /** The 4 or 16 bytes of an address, or null if the text is none. */
  static byte @Nullable [] parse(String text) {
    return text.indexOf(':') >= 0 ? ipv6(text) : ipv4(text);
  }

  static byte @Nullable [] ipv4(String text) {
    var bytes = new byte[4];
    int part = 0;
    int value = -1;
    for (int i = 0; i <= text.length(); i++) {
      char c = i == text.length() ? '.' : text.charAt(i);
      if (c == '.') {
        if (value < 0 || part == 4) {
          return null;
        }
        bytes[part++] = (byte) value;
        value = -1;
      } else if (c < '0' || c > '9' || value == 0) {
        // A leading zero: octal to some, decimal to others.
        return null;
      } else {
        value = Math.max(0, value) * 10 + (c - '0');
        if (value > 255) {
          return null;
        }
      }
    }
    return part == 4 ? bytes : null;
  }

  // RFC 4291 §2.2
  private static byte @Nullable [] ipv6(String text) {
    int gap = text.indexOf("::");
    if (gap >= 0 && text.indexOf("::", gap + 1) >= 0) {
      return null;
    }
    var head = groups(gap < 0 ? text : text.substring(0, gap), gap < 0);
    var tail = groups(gap < 0 ? "" : text.substring(gap + 2), true);
    if (head == null || tail == null) {
      return null;
    }
    int length = head.length + tail.length;
    // "::" stands for at least one group.
    if (gap < 0 ? length != 16 : length > 14) {
      return null;
    }
    var bytes = new byte[16];
    System.arraycopy(head, 0, bytes, 0, head.length);
    System.arraycopy(tail, 0, bytes, 16 - tail.length, tail.length);
    return bytes;
  }

  private static byte @Nullable [] groups(String text, boolean mayEndInIpv4) {
    if (text.isEmpty()) {
      return new byte[0];
    }
    var groups = text.split(":", -1);
    if (groups.length > 8) {
      return null;
    }
    var bytes = new byte[16];
    int length = 0;
    for (int i = 0; i < groups.length; i++) {
      var group = groups[i];
      if (group.indexOf('.') >= 0) {
        var ipv4 = mayEndInIpv4 && i == groups.length - 1 ? ipv4(group) : null;
        if (ipv4 == null || length > 12) {
          return null;
        }
        System.arraycopy(ipv4, 0, bytes, length, 4);
        length += 4;
        continue;
      }
      if (group.isEmpty() || group.length() > 4) {
        return null;
      }
      int value = 0;
      for (int j = 0; j < group.length(); j++) {
        int digit = group.charAt(j) < 0x80 ? Character.digit(group.charAt(j), 16) : -1;
        if (digit < 0) {
          return null;
        }
        value = value * 16 + digit;
      }
      bytes[length++] = (byte) (value >> 8);
      bytes[length++] = (byte) value;
    }
    return java.util.Arrays.copyOf(bytes, length);
  }

  /** As RFC 5952 writes it: the longest run of zeros as "::", lower case. */
  static String text(byte[] bytes) {
    var out = new StringBuilder();
    if (bytes.length == 4) {
      for (int i = 0; i < 4; i++) {
        out.append(i == 0 ? "" : ".").append(bytes[i] & 0xff);
      }
      return out.toString();
    }
    int best = -1;
    int bestLength = 1;
    for (int i = 0; i < 8; i++) {
      int end = i;
      while (end < 8 && group(bytes, end) == 0) {
        end++;
      }
      if (end - i > bestLength) {
        best = i;
        bestLength = end - i;
      }
    }
    for (int i = 0; i < 8; i++) {
      if (i == best) {
        out.append("::");
        i += bestLength - 1;
      } else {
        boolean isFirst = i == 0 || out.charAt(out.length() - 1) == ':';
        out.append(isFirst ? "" : ":").append(Integer.toHexString(group(bytes, i)));
      }
    }
    return out.toString();
  }

  private static int group(byte[] bytes, int index) {
    return (bytes[2 * index] & 0xff) << 8 | (bytes[2 * index + 1] & 0xff);
  }
}
