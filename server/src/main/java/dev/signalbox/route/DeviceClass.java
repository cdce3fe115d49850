package dev.signalbox.route;

import dev.signalbox.http.Ascii;
import dev.signalbox.http.Headers;
import dev.signalbox.http.KnownHeader;
import org.jspecify.annotations.Nullable;

/**
 * What kind of device asks. Every request is of exactly one class. Told from what the client says
 * about itself, so it is a guess and nothing to rely on for access.
 *
 * <p>Programs name themselves in User-Agent only, so that is asked for them first; then the Client
 * Hints, which are exact; then words of User-Agent. Pure; allocates nothing.
 */
public enum DeviceClass {
  /** Phones, and apps on them. */
  MOBILE,
  TABLET,
  /** All other browsers, those of television sets included. */
  DESKTOP,
  /** Crawlers, tools and libraries: whatever is no browser and no app. */
  BOT;

  private static final byte[] FORM_FACTORS = Ascii.bytes("sec-ch-ua-form-factors");
  private static final byte[] IS_MOBILE = Ascii.bytes("sec-ch-ua-mobile");
  private static final byte[] PLATFORM = Ascii.bytes("sec-ch-ua-platform");
  private static final byte[] YES = Ascii.bytes("?1");
  private static final byte[] NO = Ascii.bytes("?0");
  private static final byte[] ANDROID = Ascii.bytes("\"android\"");

  static DeviceClass of(Headers headers) {
    int line = headers.find(KnownHeader.USER_AGENT);
    int words =
        line < 0
            ? 0
            : AgentWords.in(headers.bytes(), headers.valueStart(line), headers.valueEnd(line));
    if ((words & AgentWords.BOT) != 0) {
      return BOT;
    }
    DeviceClass hinted = byHints(headers);
    return hinted != null ? hinted : byWords(words);
  }

  private static @Nullable DeviceClass byHints(Headers headers) {
    int factors = headers.find(FORM_FACTORS, 0);
    if (factors >= 0) {
      int words =
          AgentWords.in(headers.bytes(), headers.valueStart(factors), headers.valueEnd(factors));
      if ((words & AgentWords.TABLET) != 0) {
        return TABLET;
      }
      if ((words & AgentWords.MOBILE) != 0) {
        return MOBILE;
      }
    }
    if (is(headers, IS_MOBILE, YES)) {
      return MOBILE;
    }
    if (is(headers, IS_MOBILE, NO)) {
      return is(headers, PLATFORM, ANDROID) ? TABLET : DESKTOP;
    }
    return null;
  }

  private static boolean is(Headers headers, byte[] name, byte[] lowerValue) {
    int line = headers.find(name, 0);
    return line >= 0
        && Ascii.equalsIgnoreCase(
            headers.bytes(), headers.valueStart(line), headers.valueEnd(line), lowerValue);
  }

  private static DeviceClass byWords(int words) {
    if ((words & AgentWords.TABLET) != 0) {
      return TABLET;
    }
    if ((words & AgentWords.TELEVISION) != 0) {
      return DESKTOP;
    }
    if ((words & AgentWords.PHONE) != 0) {
      return MOBILE;
    }
    if ((words & AgentWords.ANDROID) != 0) {
      // Browsers on Android say "Mobile" on phones and leave it out on tablets.
      return (words & AgentWords.MOBILE) != 0 ? MOBILE : TABLET;
    }
    if ((words & AgentWords.MOBILE) != 0) {
      return MOBILE;
    }
    return (words & AgentWords.BROWSER) != 0 ? DESKTOP : BOT;
  }
}
