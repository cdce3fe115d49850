package dev.signalbox.analysis.logs;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Addresses as logs write them. Pure. */
final class Addresses {
  private Addresses() {}

  /** {@code 10.0.0.1}, {@code 10.0.0.1:80}, {@code ::1} or {@code [::1]:80}; else null. */
  static @Nullable InetAddress read(String text) {
    var host = text;
    if (text.startsWith("[")) {
      int close = text.indexOf(']');
      host = close < 0 ? "" : text.substring(1, close);
    } else if (text.indexOf(':') == text.lastIndexOf(':') && text.indexOf(':') > 0) {
      host = text.substring(0, text.indexOf(':'));
    }
    if (!mayBeAddress(host)) {
      return null;
    }
    try {
      return InetAddress.ofLiteral(host);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Whether it is worth a look: a refusal costs an exception. */
  private static boolean mayBeAddress(String host) {
    boolean hasColon = host.indexOf(':') >= 0;
    int dots = 0;
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      dots += c == '.' ? 1 : 0;
      boolean isDigit = c >= '0' && c <= '9';
      boolean isHex = (c | 0x20) >= 'a' && (c | 0x20) <= 'f';
      if (!isDigit && c != '.' && !(hasColon && (isHex || c == ':'))) {
        return false;
      }
    }
    return hasColon || dots == 3; // not the short forms of old, like 10.1
  }
}
