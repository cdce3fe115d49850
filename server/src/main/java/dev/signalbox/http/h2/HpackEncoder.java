package dev.signalbox.http.h2;

import dev.signalbox.http.Ascii;
import dev.signalbox.http.Headers;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Encodes header blocks (RFC 7541). Not everything goes into the dynamic table: nothing secret,
 * nothing that differs from message to message, and once the table is half full only what was seen
 * before. So a flood of fields that never come again pushes nothing out, and a stranger who shares
 * the connection learns nothing from sizes (§7.1). One for each connection; belongs to its loop.
 */
final class HpackEncoder {
  /** What is used of the table that the peer allows: more memory would gain little. */
  static final int MOST_TABLE = 4096;

  private static final byte INDEX = 0;
  private static final byte PLAIN = 1;
  private static final byte NEVER = 2;

  /** What is done with a field, by the static entry of its name. */
  private static final byte[] TREATMENT = new byte[StaticTable.SIZE + 1];

  static {
    for (int differs :
        new int[] {
          StaticTable.PATH,
          StaticTable.AGE,
          StaticTable.CONTENT_LENGTH,
          StaticTable.CONTENT_RANGE,
          StaticTable.ETAG,
          StaticTable.EXPIRES,
          StaticTable.IF_MATCH,
          StaticTable.IF_MODIFIED_SINCE,
          StaticTable.IF_NONE_MATCH,
          StaticTable.IF_RANGE,
          StaticTable.IF_UNMODIFIED_SINCE,
          StaticTable.LAST_MODIFIED,
          StaticTable.LOCATION,
          StaticTable.RANGE,
        }) {
      TREATMENT[differs] = PLAIN;
    }
    for (int secret :
        new int[] {
          StaticTable.AUTHORIZATION,
          StaticTable.COOKIE,
          StaticTable.PROXY_AUTHORIZATION,
          StaticTable.SET_COOKIE,
        }) {
      TREATMENT[secret] = NEVER;
    }
  }

  private static final int SEEN = 64;
  private static final int FIRST_NAME = 64;

  private final DynamicTable table = new DynamicTable(MOST_TABLE);
  private int wantedTableSize = MOST_TABLE;
  private int smallestTableSize = MOST_TABLE; // since the last block
  private boolean isUpdateDue;
  private byte[] name = new byte[FIRST_NAME];
  private final byte[] digits = new byte[3];

  // The table by name and by whole field: the newest entry of each hash, and for each entry the
  // next older one. An entry that was evicted is taken for the end.
  private int[] byName = {};
  private int[] byField = {};
  private int[] links = {}; // for each entry: its hashes, then the next older ones
  private static final int STRIDE = 4;

  /** Hashes of fields that were seen lately and are not in the table. */
  private int[] seen = {};

  /** Follows the peer's SETTINGS_HEADER_TABLE_SIZE; it is told so in the next block. */
  void maxTableSize(int bytes) {
    int wanted = Math.min(bytes, MOST_TABLE);
    if (wanted != wantedTableSize) {
      wantedTableSize = wanted;
      smallestTableSize = Math.min(smallestTableSize, wanted);
      isUpdateDue = true;
    }
  }

  /** Begins a block. */
  void begin(ByteBuf out) {
    if (isUpdateDue) {
      isUpdateDue = false;
      if (smallestTableSize < wantedTableSize) { // §4.2: the smallest, then the last
        integer(out, 0x20, 5, smallestTableSize);
        table.maxSize(smallestTableSize);
      }
      integer(out, 0x20, 5, wantedTableSize);
      table.maxSize(wantedTableSize);
      smallestTableSize = wantedTableSize;
    }
  }

  void status(ByteBuf out, int status) {
    digits[0] = (byte) ('0' + status / 100);
    digits[1] = (byte) ('0' + status / 10 % 10);
    digits[2] = (byte) ('0' + status % 10);
    value(out, StaticTable.STATUS, digits, 0, 3);
  }

  /** A field whose name is in the static table. */
  void value(ByteBuf out, int staticName, byte[] value, int start, int end) {
    int nameStart = StaticTable.nameStart(staticName);
    int nameEnd = StaticTable.nameEnd(staticName);
    encode(out, StaticTable.BYTES, nameStart, nameEnd, staticName, value, start, end, false);
  }

  /** Writes the field of that entry. */
  void field(ByteBuf out, Headers headers, int entry) {
    field(
        out,
        headers.bytes(),
        headers.nameStart(entry),
        headers.nameEnd(entry),
        headers.valueStart(entry),
        headers.valueEnd(entry),
        false);
  }

  /**
   * Encodes a field.
   *
   * @param isSensitive whether it must not enter any table, here or further on (§7.1.3)
   */
  void field(
      ByteBuf out,
      byte[] source,
      int nameStart,
      int nameEnd,
      int valueStart,
      int valueEnd,
      boolean isSensitive) {
    int length = nameEnd - nameStart;
    if (name.length < length) {
      name = new byte[length];
    }
    for (int i = 0; i < length; i++) {
      name[i] = Ascii.toLower(source[nameStart + i]); // RFC 9113 §8.2
    }
    int hash = DynamicTable.hash(name, 0, length);
    int staticName = StaticTable.findName(name, 0, length, hash);
    encode(out, name, 0, length, staticName, source, valueStart, valueEnd, isSensitive);
  }

  private void encode(
      ByteBuf out,
      byte[] name,
      int nameStart,
      int nameEnd,
      int staticName,
      byte[] value,
      int valueStart,
      int valueEnd,
      boolean isSensitive) {
    int treatment = isSensitive ? NEVER : TREATMENT[staticName];
    if (staticName > 0 && treatment != NEVER) {
      int whole = StaticTable.findValue(staticName, value, valueStart, valueEnd);
      if (whole > 0) {
        integer(out, 0x80, 7, whole); // §6.1
        return;
      }
    }
    int size = nameEnd - nameStart + valueEnd - valueStart + DynamicTable.ENTRY;
    if (treatment != INDEX || size > table.maxSize() / 4) {
      // §6.2.2 and §6.2.3
      int nameIndex = staticName;
      if (nameIndex == 0 && table.count() > 0) {
        int nameHash = DynamicTable.hash(name, nameStart, nameEnd);
        nameIndex = findName(nameHash, name, nameStart, nameEnd);
      }
      literal(out, treatment == NEVER ? 0x10 : 0, 4, nameIndex, name, nameStart, nameEnd);
      string(out, value, valueStart, valueEnd);
      return;
    }
    int nameHash = DynamicTable.hash(name, nameStart, nameEnd);
    int fieldHash = nameHash * 31 + DynamicTable.hash(value, valueStart, valueEnd);
    int whole = findField(fieldHash, name, nameStart, nameEnd, value, valueStart, valueEnd);
    if (whole > 0) {
      integer(out, 0x80, 7, whole);
      return;
    }
    int nameIndex = staticName > 0 ? staticName : findName(nameHash, name, nameStart, nameEnd);
    boolean isAdded = table.size() + size <= table.maxSize() / 2 || isSeen(fieldHash);
    literal(out, isAdded ? 0x40 : 0, isAdded ? 6 : 4, nameIndex, name, nameStart, nameEnd);
    string(out, value, valueStart, valueEnd);
    if (isAdded && table.add(name, nameStart, nameEnd, value, valueStart, valueEnd)) {
      link(nameHash, fieldHash);
    }
  }

  /** Whether the hash came before, not long ago; if not, it has now. */
  private boolean isSeen(int hash) {
    if (seen.length == 0) {
      seen = new int[SEEN];
    }
    int slot = (hash ^ hash >>> 16) & (SEEN - 1);
    if (seen[slot] == hash) {
      return true;
    }
    seen[slot] = hash;
    return false;
  }

  // --- the table, by hash ---

  private int findField(
      int hash, byte[] name, int nameStart, int nameEnd, byte[] value, int start, int end) {
    if (table.count() == 0) {
      return 0;
    }
    int number = byField[hash & (byField.length - 1)];
    while (table.holds(number)) {
      int at = table.slot(number) * STRIDE;
      if (links[at + 1] == hash
          && table.valueEquals(number, value, start, end)
          && table.nameEquals(number, name, nameStart, nameEnd)) {
        return StaticTable.SIZE + 1 + table.newest() - number;
      }
      number = older(number, links[at + 3]);
    }
    return 0;
  }

  private int findName(int hash, byte[] name, int start, int end) {
    if (table.count() == 0) {
      return 0;
    }
    int number = byName[hash & (byName.length - 1)];
    while (table.holds(number)) {
      int at = table.slot(number) * STRIDE;
      if (links[at] == hash && table.nameEquals(number, name, start, end)) {
        return StaticTable.SIZE + 1 + table.newest() - number;
      }
      number = older(number, links[at + 2]);
    }
    return 0;
  }

  /** The next in a chain. What isn't older is a leftover of a number that was used long ago. */
  private int older(int number, int next) {
    return number - next > 0 ? next : table.newest() + 1;
  }

  private void link(int nameHash, int fieldHash) {
    int number = table.newest();
    if (links.length != table.capacity() * STRIDE) {
      relink();
    }
    int at = table.slot(number) * STRIDE;
    links[at] = nameHash;
    links[at + 1] = fieldHash;
    chain(number, at);
  }

  private void chain(int number, int at) {
    int mask = byName.length - 1;
    links[at + 2] = byName[links[at] & mask];
    links[at + 3] = byField[links[at + 1] & mask];
    byName[links[at] & mask] = number;
    byField[links[at + 1] & mask] = number;
  }

  /** The ring has grown: all but the newest are chained anew, in wider tables. */
  private void relink() {
    int[] old = links;
    int oldCapacity = old.length / STRIDE;
    links = new int[table.capacity() * STRIDE];
    byName = new int[table.capacity() * 2];
    byField = new int[table.capacity() * 2];
    // No entry: a number that is not held, now and for as long as the ring has this size.
    Arrays.fill(byName, table.newest() + 1 + Integer.MIN_VALUE);
    Arrays.fill(byField, table.newest() + 1 + Integer.MIN_VALUE);
    for (int i = table.newest() - table.count() + 1; i != table.newest(); i++) {
      int from = (i & (oldCapacity - 1)) * STRIDE;
      int to = table.slot(i) * STRIDE;
      links[to] = old[from];
      links[to + 1] = old[from + 1];
      chain(i, to);
    }
  }

  // --- the forms of RFC 7541 §5 and §6 ---

  private static void literal(
      ByteBuf out, int form, int prefix, int nameIndex, byte[] name, int start, int end) {
    integer(out, form, prefix, nameIndex);
    if (nameIndex == 0) {
      string(out, name, start, end);
    }
  }

  private static void integer(ByteBuf out, int form, int prefix, int value) {
    int most = (1 << prefix) - 1;
    if (value < most) {
      out.writeByte(form | value);
      return;
    }
    out.writeByte(form | most);
    int rest = value - most;
    while (rest >= 0x80) {
      out.writeByte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.writeByte(rest);
  }

  private static void string(ByteBuf out, byte[] bytes, int start, int end) {
    int encoded = Huffman.encodedLength(bytes, start, end);
    if (encoded < end - start) {
      integer(out, 0x80, 7, encoded);
      Huffman.encode(bytes, start, end, out);
    } else {
      integer(out, 0, 7, end - start);
      out.writeBytes(bytes, start, end - start);
    }
  }
}
