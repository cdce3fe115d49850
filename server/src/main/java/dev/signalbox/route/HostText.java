package dev.signalbox.route;

import dev.signalbox.config.InvalidValue;
import dev.signalbox.config.ObjectShape;
import dev.signalbox.config.ObjectShape.Keys;
import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Reads {@code host} and {@code sni}: names in lower case and without port. */
final class HostText {
  private static final Pattern LABEL = Pattern.compile("[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?");
  private static final Pattern IPV6 = Pattern.compile("\\[[0-9a-f:.]+\\]");

  private static final Shape<Match.Host> NAME =
      Shapes.value(
          "host-match",
          "^(\\*\\.)?[^*/:]+$|^\\[[0-9A-Fa-f:.]+\\]$",
          List.of("shop.example.com", "*.example.com"),
          text -> Match.host(name(text)));

  private static final Shape<Match.Host> ONE =
      ObjectShape.<Match.Host>of(
              "A host, written in one of these ways.",
              keys -> {
                var is = keys.optional("is", NAME, "This name, or all below *.this one.");
                var regex =
                    keys.optional(
                        "regex",
                        TextTestText.REGEX,
                        "A regular expression for the whole name, which is in lower case.");
                keys.exactlyOne(is, regex);
                return values -> {
                  var expression = values.find(regex);
                  return expression == null ? values.find(is) : new Match.HostMatches(expression);
                };
              })
          .orJust("is");

  private HostText() {}

  static ConditionKeys.Read host(Keys keys) {
    var key =
        keys.optional(
            "host",
            ConditionKeys.some(ONE),
            "The host that is asked for, in any case and without its port. *.example.com"
                + " takes every name below example.com.");
    return ConditionKeys.one(key, Match::anyOf);
  }

  static ConditionKeys.Read sni(Keys keys) {
    var key =
        keys.optional(
            "sni",
            ConditionKeys.some(ONE),
            "The name that the client gave in the TLS handshake, written like a host.");
    return ConditionKeys.one(
        key, names -> Match.anyOf(names.stream().map(HostText::inHandshake).toList()));
  }

  private static Match inHandshake(Match.Host host) {
    return new Match.FieldMatch(
        new Field.Sni(),
        switch (host) {
          case Match.HostIs(var name) -> new TextTest.Is(name, false);
          case Match.HostBelow(var domain) -> new TextTest.Suffix("." + domain, false);
          case Match.HostMatches(var regex) -> new TextTest.Matches(regex);
        });
  }

  private static String name(String text) {
    var host = text.toLowerCase(Locale.ROOT);
    if (host.equals("*")) {
      throw new InvalidValue(text, "takes every host", "no host at all to take every one");
    }
    if (host.indexOf('/') >= 0) {
      throw new InvalidValue(text, "is a URL", "only its host; paths go under \"path\"");
    }
    if (IPV6.matcher(host).matches()) {
      return host;
    }
    int colon = host.indexOf(':');
    if (colon >= 0) {
      boolean isPort = host.substring(colon + 1).matches("[0-9]+") && colon > 0;
      throw new InvalidValue(
          text,
          isPort ? "has a port" : "is not a host",
          isPort
              ? host.substring(0, colon) + "; hosts match on any port"
              : "like shop.example.com or [::1]");
    }
    boolean isWildcard = host.startsWith("*.");
    var name = isWildcard ? host.substring(2) : host;
    if (name.indexOf('*') >= 0) {
      throw new InvalidValue(
          text, "has a \"*\" inside", "\"*.\" only in front, like *.example.com");
    }
    if (name.endsWith(".")) {
      throw new InvalidValue(text, "ends in a dot", text.substring(0, text.length() - 1));
    }
    boolean isName = name.length() <= 253;
    for (var label : name.split("\\.", -1)) {
      isName &= LABEL.matcher(label).matches();
    }
    if (!isName) {
      boolean isAscii = text.chars().allMatch(c -> c < 0x80);
      throw new InvalidValue(
          text,
          "is not a host",
          isAscii ? "like shop.example.com or *.example.com" : "its ASCII form: xn--…");
    }
    return host;
  }
}
