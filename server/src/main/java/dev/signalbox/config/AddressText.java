package dev.signalbox.config;

import java.util.Locale;
import java.util.regex.Pattern;

/** Reads addresses, and explains those that are none. */
final class AddressText {
  private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://([^/]*).*");
  private static final Pattern LABEL = Pattern.compile("[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?");
  private static final String EXPECTED = "like 10.0.0.1:80, [::1]:80 or localhost:80";
  // sun_path holds 108 bytes with the final zero.
  private static final int LONGEST_PATH = 107;

  private AddressText() {}

  static Address parse(String text) {
    if (text.startsWith("unix:")) {
      return unix(text);
    }
    var scheme = SCHEME.matcher(text);
    if (scheme.matches()) {
      var rest = scheme.group(2);
      throw new InvalidValue(
          text,
          "is a URL",
          rest.isEmpty() || rest.indexOf(':') >= 0
              ? "only host:port"
              : rest + port(scheme.group(1)));
    }
    if (text.startsWith("/")) {
      throw new InvalidValue(text, "is a path", "unix:" + text + " for a socket");
    }
    int colon = text.lastIndexOf(':');
    if (text.startsWith("[")) {
      return bracketed(text, colon);
    }
    if (text.indexOf('/') >= 0) {
      throw new InvalidValue(text, "has a path", "only host:port");
    }
    if (colon < 0) {
      throw new InvalidValue(text, "has no port", noPort(text));
    }
    if (text.indexOf(':') != colon) {
      throw new InvalidValue(text, "is IPv6 without brackets", inBrackets(text, colon));
    }
    return new Address.Tcp(host(text, text.substring(0, colon)), port(text, colon));
  }

  private static Address unix(String text) {
    var path = text.substring("unix:".length());
    if (!path.startsWith("/") || path.length() < 2) {
      throw new InvalidValue(text, "is not an absolute path", "like unix:/run/app.sock");
    }
    int length = path.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
    if (length > LONGEST_PATH || path.indexOf('\0') >= 0) {
      throw new InvalidValue(
          text, "is " + length + " bytes long", "a path of at most " + LONGEST_PATH + " bytes");
    }
    return new Address.Unix(path);
  }

  private static Address bracketed(String text, int colon) {
    int close = text.indexOf(']');
    if (close < 0) {
      throw new InvalidValue(text, "has no closing bracket", "like [::1]:80");
    }
    var inside = text.substring(1, close);
    int zone = inside.indexOf('%');
    var ip = IpLiteral.parse(zone < 0 ? inside : inside.substring(0, zone));
    boolean isZone = zone < 0 || inside.substring(zone + 1).matches("[A-Za-z0-9._-]+");
    if (ip == null || ip.length != 16 || !isZone) {
      throw new InvalidValue(text, "has no IPv6 address in its brackets", "like [::1]:80");
    }
    if (colon < close) {
      throw new InvalidValue(text, "has no port", text.substring(0, close + 1) + ":80");
    }
    if (colon != close + 1) {
      throw new InvalidValue(text, "has more between bracket and port", "like [::1]:80");
    }
    var host = IpLiteral.text(ip) + (zone < 0 ? "" : inside.substring(zone));
    return new Address.Tcp(host, port(text, colon));
  }

  private static String host(String text, String host) {
    if (host.isEmpty()) {
      return "";
    }
    if (host.equals("*")) {
      throw new InvalidValue(
          text, "has \"*\" for a host", text.substring(1) + " for every address");
    }
    var lower = host.toLowerCase(Locale.ROOT);
    var labels =
        (lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower).split("\\.", -1);
    var last = labels[labels.length - 1];
    // A name never ends in a number (RFC 1123 §2.1), so this was meant as IPv4.
    if (!last.isEmpty() && last.chars().allMatch(c -> c >= '0' && c <= '9')) {
      if (IpLiteral.ipv4(host) == null) {
        throw new InvalidValue(
            text, "has no valid IPv4 address", "four numbers from 0 to 255, like 10.0.0.1:80");
      }
      return host;
    }
    boolean isName = host.length() <= 253;
    for (var label : labels) {
      isName &= LABEL.matcher(label).matches();
    }
    if (!isName) {
      throw new InvalidValue(text, "has no valid host", EXPECTED);
    }
    return lower;
  }

  private static int port(String text, int colon) {
    var port = text.substring(colon + 1);
    if (port.isEmpty()) {
      throw new InvalidValue(text, "has no port after the \":\"", text + "80");
    }
    if (!port.matches("[0-9]+")) {
      throw new InvalidValue(
          text, "has the port " + Shown.quoted(port), "a number from 1 to 65535");
    }
    if (port.length() > 1 && port.startsWith("0")) {
      throw new InvalidValue(text, "has a port with a leading zero", "1 to 65535");
    }
    if (port.length() > 5 || Integer.parseInt(port) > 65_535) {
      throw new InvalidValue(text, "has port " + Shown.value(port), "1 to 65535");
    }
    return Integer.parseInt(port);
  }

  private static String port(String scheme) {
    return scheme.equalsIgnoreCase("https") ? ":443" : ":80";
  }

  private static String noPort(String text) {
    boolean isPort = text.matches("[0-9]{1,5}");
    boolean isHost = text.matches("[A-Za-z0-9._-]{1,40}");
    return isPort ? "\":" + text + "\"" : isHost ? text + ":80" : EXPECTED;
  }

  private static String inBrackets(String text, int colon) {
    // "::1:80" may be an address with a port, or an address alone; the port is the likelier slip.
    var host = text.substring(0, colon);
    var port = text.substring(colon + 1);
    boolean endsInPort = IpLiteral.parse(host) != null && port.matches("[0-9]{1,5}");
    if (endsInPort) {
      return "[" + host + "]:" + port;
    }
    return IpLiteral.parse(text) != null ? "[" + text + "]:80" : "like [::1]:80";
  }

  /** Whether two hosts share an address of this machine, as far as their text tells. */
  static boolean overlap(String one, String two) {
    if (one.equals(two) || one.isEmpty() || two.isEmpty()) {
      return true;
    }
    return covers(one, two) || covers(two, one);
  }

  private static boolean covers(String one, String two) {
    boolean isIpv6 = two.indexOf(':') >= 0;
    boolean isIp = isIpv6 || IpLiteral.ipv4(two) != null;
    return switch (one) {
      case "0.0.0.0" -> !isIpv6;
      case "::" -> isIpv6 || !isIp;
      case "localhost" -> two.equals("127.0.0.1") || two.equals("::1");
      default -> false;
    };
  }
}
