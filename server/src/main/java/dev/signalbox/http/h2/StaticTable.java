package dev.signalbox.http.h2;

import dev.signalbox.http.Ascii;
import java.util.Arrays;

/** The 61 fields that both ends of every connection know (RFC 7541 Appendix A). Immutable. */
final class StaticTable {
  /** How many entries there are; dynamic ones are counted on from here. */
  static final int SIZE = 61;

  static final int AUTHORITY = 1;
  static final int METHOD = 2;
  static final int PATH = 4;
  static final int SCHEME = 6;
  static final int STATUS = 8;
  static final int AGE = 21;
  static final int ALLOW = 22;
  static final int AUTHORIZATION = 23;
  static final int CONTENT_LENGTH = 28;
  static final int CONTENT_RANGE = 30;
  static final int CONTENT_TYPE = 31;
  static final int COOKIE = 32;
  static final int DATE = 33;
  static final int ETAG = 34;
  static final int EXPIRES = 36;
  static final int IF_MATCH = 39;
  static final int IF_MODIFIED_SINCE = 40;
  static final int IF_NONE_MATCH = 41;
  static final int IF_RANGE = 42;
  static final int IF_UNMODIFIED_SINCE = 43;
  static final int LAST_MODIFIED = 44;
  static final int LOCATION = 46;
  static final int PROXY_AUTHORIZATION = 49;
  static final int RANGE = 50;
  static final int SET_COOKIE = 55;

  private static final String TEXT =
      """
      :authority
      :method GET
      :method POST
      :path /
      :path /index.html
      :scheme http
      :scheme https
      :status 200
      :status 204
      :status 206
      :status 304
      :status 400
      :status 404
      :status 500
      accept-charset
      accept-encoding gzip, deflate
      accept-language
      accept-ranges
      accept
      access-control-allow-origin
      age
      allow
      authorization
      cache-control
      content-disposition
      content-encoding
      content-language
      content-length
      content-location
      content-range
      content-type
      cookie
      date
      etag
      expect
      expires
      from
      host
      if-match
      if-modified-since
      if-none-match
      if-range
      if-unmodified-since
      last-modified
      link
      location
      max-forwards
      proxy-authenticate
      proxy-authorization
      range
      referer
      refresh
      retry-after
      server
      set-cookie
      strict-transport-security
      transfer-encoding
      user-agent
      vary
      via
      www-authenticate
      """;

  /** Names and values of all entries, one after another. Nobody writes to it. */
  static final byte[] BYTES;

  private static final short[] NAME_START = new short[SIZE + 1];
  private static final short[] VALUE_START = new short[SIZE + 1];
  private static final short[] VALUE_END = new short[SIZE + 1];

  /** For each entry, the last one of the same name. */
  private static final byte[] LAST = new byte[SIZE + 1];

  private static final int SLOTS = 256;
  private static final byte[] BY_HASH = new byte[SLOTS];

  static {
    String[] lines = TEXT.split("\n", -1);
    var all = new StringBuilder();
    for (int i = 1; i <= SIZE; i++) {
      String line = lines[i - 1];
      int space = line.indexOf(' ');
      String name = space < 0 ? line : line.substring(0, space);
      NAME_START[i] = (short) all.length();
      all.append(name);
      VALUE_START[i] = (short) all.length();
      all.append(space < 0 ? "" : line.substring(space + 1));
      VALUE_END[i] = (short) all.length();
    }
    BYTES = Ascii.bytes(all.toString());
    for (int i = SIZE; i >= 1; i--) {
      int length = VALUE_START[i] - NAME_START[i];
      int later = findName(BYTES, NAME_START[i], VALUE_START[i]);
      LAST[i] = later == 0 ? (byte) i : LAST[later];
      int slot = slot(DynamicTable.hash(BYTES, NAME_START[i], NAME_START[i] + length));
      while (BY_HASH[slot] != 0 && BY_HASH[slot] != later) {
        slot = (slot + 1) & (SLOTS - 1);
      }
      BY_HASH[slot] = (byte) i; // in the end, the first of the name
    }
  }

  private StaticTable() {}

  static int nameStart(int index) {
    return NAME_START[index];
  }

  static int nameEnd(int index) {
    return VALUE_START[index];
  }

  static int valueStart(int index) {
    return VALUE_START[index];
  }

  static int valueEnd(int index) {
    return VALUE_END[index];
  }

  private static int slot(int hash) {
    return (hash ^ hash >>> 8 ^ hash >>> 16) & (SLOTS - 1);
  }

  private static int findName(byte[] bytes, int start, int end) {
    return findName(bytes, start, end, DynamicTable.hash(bytes, start, end));
  }

  /** The first entry of that name, which is in lower case, or 0. */
  static int findName(byte[] bytes, int start, int end, int hash) {
    for (int slot = slot(hash); BY_HASH[slot] != 0; slot = (slot + 1) & (SLOTS - 1)) {
      int index = BY_HASH[slot];
      if (Arrays.equals(BYTES, NAME_START[index], VALUE_START[index], bytes, start, end)) {
        return index;
      }
    }
    return 0;
  }

  /** The entry of that value among those with the name of {@code first}, or 0. */
  static int findValue(int first, byte[] bytes, int start, int end) {
    for (int i = first; i <= LAST[first]; i++) {
      if (VALUE_END[i] - VALUE_START[i] == end - start
          && Arrays.equals(BYTES, VALUE_START[i], VALUE_END[i], bytes, start, end)) {
        return i;
      }
    }
    return 0;
  }
}
