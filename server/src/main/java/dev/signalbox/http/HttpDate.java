package dev.signalbox.http;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The value of a Date field, made once a second. Belongs to one loop. */
public final class HttpDate {
  private static final DateTimeFormatter IMF_FIXDATE = // RFC 9110 §5.6.7
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private long second = -1;
  private byte[] text = {};

  /** The time now, as the field says it. */
  public byte[] now() {
    long current = System.currentTimeMillis() / 1000;
    if (current != second) {
      second = current;
      text = Ascii.bytes(IMF_FIXDATE.format(Instant.ofEpochSecond(current)));
    }
    return text;
  }
}
