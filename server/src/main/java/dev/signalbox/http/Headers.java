package dev.signalbox.http;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The field lines of one message: the bytes as they came, and an index into them. Nothing is made
 * into an object until somebody asks for it.
 *
 * <p>Every line is kept in the form {@code name: value CRLF}, so that runs of lines that nobody
 * touched are sent on by one copy. A field is removed by a mark in its index entry, and added by
 * appending its line. Belongs to one loop; an instance is reused for the next message, so nobody
 * may keep one, or a range of its bytes, beyond the end of its stream.
 */
public final class Headers {
  // An index entry is four ints: where the name starts; its length, known header and marks; where
  // the value starts; where it ends.
  private static final int STRIDE = 4;
  private static final int NAME_LENGTH = 0xffff;
  private static final int KNOWN_SHIFT = 16;
  private static final int REMOVED = 1 << 30;
  private static final int REWRITE = 1 << 29;

  /** The longest field name that an index entry can hold, in bytes. */
  public static final int MAX_NAME = NAME_LENGTH;

  private static final KnownHeader[] KNOWN = KnownHeader.values();
  private static final int FIRST_BYTES = 1024;
  private static final int FIRST_ENTRIES = 24;
  // What a pooled instance may keep between messages.
  private static final int KEPT_BYTES = 8 * 1024;

  private byte[] bytes;
  private int length;
  private int[] index;
  private int size;
  private long known; // one bit for each known header that was ever entered: a quick "no"

  /** Empty, with the room that most messages need. */
  public Headers() {
    this(FIRST_BYTES, FIRST_ENTRIES);
  }

  /**
   * Empty, for one message that lives long: with room for no more than so much; it grows all the
   * same.
   *
   * @param lines how many field lines
   */
  public Headers(int bytes, int lines) {
    this.bytes = new byte[Math.max(bytes, 1)];
    this.index = new int[Math.max(lines, 1) * STRIDE];
  }

  /** Forgets everything; large arrays are given back. */
  public void clear() {
    length = 0;
    size = 0;
    known = 0;
    if (bytes.length > KEPT_BYTES) {
      bytes = new byte[FIRST_BYTES];
      index = new int[FIRST_ENTRIES * STRIDE];
    }
  }

  /** The same once more, for whoever needs it longer than the message lives. */
  public Headers copy() {
    var copy = new Headers();
    copy.copyFrom(this);
    return copy;
  }

  /** Takes over all that another says; the other is not changed. */
  void copyFrom(Headers other) {
    bytes = Arrays.copyOf(other.bytes, Math.max(other.length, 1));
    length = other.length;
    index = Arrays.copyOf(other.index, Math.max(other.size, 1) * STRIDE);
    size = other.size;
    known = other.known;
  }

  // --- the bytes under the index: for the parsers and the writers ---

  /** The bytes that the index points into. Valid until more are appended. */
  public byte[] bytes() {
    return bytes;
  }

  /** How many of the bytes are in use. */
  public int length() {
    return length;
  }

  /** Makes room for more bytes, to be written at {@link #length()} and then {@link #advance}d. */
  public void ensureWritable(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }

  public void advance(int more) {
    length += more;
  }

  /** Gives back the last bytes, which no entry uses. */
  public void truncate(int newLength) {
    assert newLength <= length;
    length = newLength;
  }

  /** Appends bytes that are no field line, and returns where they start. */
  public int appendBytes(byte[] source, int start, int end) {
    ensureWritable(end - start);
    System.arraycopy(source, start, bytes, length, end - start);
    length += end - start;
    return length - (end - start);
  }

  /**
   * Enters the line that stands at these offsets, already validated.
   *
   * @param isCanonical whether it stands there as {@code name: value CRLF}, and so can be copied
   */
  public void enter(int nameStart, int nameEnd, int valueStart, int valueEnd, boolean isCanonical) {
    if (size * STRIDE == index.length) {
      index = Arrays.copyOf(index, index.length * 2);
    }
    KnownHeader header = KnownHeader.find(bytes, nameStart, nameEnd);
    int meta = nameEnd - nameStart;
    if (header != null) {
      meta |= header.id << KNOWN_SHIFT;
      known |= 1L << header.id;
    }
    int at = size * STRIDE;
    index[at] = nameStart;
    index[at + 1] = isCanonical ? meta : meta | REWRITE;
    index[at + 2] = valueStart;
    index[at + 3] = valueEnd;
    size++;
  }

  // --- reading ---

  /** How many entries there are, removed ones included: the bound for an index. */
  public int size() {
    return size;
  }

  public boolean isRemoved(int entry) {
    return (index[entry * STRIDE + 1] & REMOVED) != 0;
  }

  /** Whether the entry's line must be written anew and can't be copied. */
  public boolean isRewrite(int entry) {
    return (index[entry * STRIDE + 1] & REWRITE) != 0;
  }

  public int nameStart(int entry) {
    return index[entry * STRIDE];
  }

  public int nameEnd(int entry) {
    return index[entry * STRIDE] + (index[entry * STRIDE + 1] & NAME_LENGTH);
  }

  public int valueStart(int entry) {
    return index[entry * STRIDE + 2];
  }

  public int valueEnd(int entry) {
    return index[entry * STRIDE + 3];
  }

  /** The known header that the entry is, or null. */
  public @Nullable KnownHeader known(int entry) {
    int id = index[entry * STRIDE + 1] >>> KNOWN_SHIFT & 0xff;
    return id == 0 ? null : KNOWN[id - 1];
  }

  public String name(int entry) {
    return Ascii.text(bytes, nameStart(entry), nameEnd(entry));
  }

  public String value(int entry) {
    return Ascii.text(bytes, valueStart(entry), valueEnd(entry));
  }

  public boolean has(KnownHeader header) {
    return find(header) >= 0;
  }

  /** The first entry of that header, or -1. */
  public int find(KnownHeader header) {
    return find(header, 0);
  }

  /** The first entry of that header at or after {@code from}, or -1. */
  public int find(KnownHeader header, int from) {
    if ((known & 1L << header.id) == 0) {
      return -1;
    }
    int wanted = header.id;
    for (int i = from; i < size; i++) {
      int meta = index[i * STRIDE + 1];
      if ((meta & (REMOVED | 0xff << KNOWN_SHIFT)) == wanted << KNOWN_SHIFT) {
        return i;
      }
    }
    return -1;
  }

  /** The first entry of that name in any case, at or after {@code from}, or -1. */
  public int find(byte[] lowerName, int from) {
    for (int i = from; i < size; i++) {
      int meta = index[i * STRIDE + 1];
      if ((meta & REMOVED) == 0
          && (meta & NAME_LENGTH) == lowerName.length
          && Ascii.equalsIgnoreCase(bytes, nameStart(i), nameEnd(i), lowerName)) {
        return i;
      }
    }
    return -1;
  }

  /**
   * The first entry of that name, which is ASCII in lower case, at or after {@code from}, or -1.
   * Allocates nothing.
   */
  public int find(String lowerName, int from) {
    for (int i = from; i < size; i++) {
      int meta = index[i * STRIDE + 1];
      if ((meta & REMOVED) == 0
          && (meta & NAME_LENGTH) == lowerName.length()
          && Ascii.equalsIgnoreCase(bytes, nameStart(i), lowerName)) {
        return i;
      }
    }
    return -1;
  }

  /** The first value of that name in any case, or null. */
  public @Nullable String get(String name) {
    int entry = find(Ascii.bytes(name.toLowerCase(java.util.Locale.ROOT)), 0);
    return entry < 0 ? null : value(entry);
  }

  /** The first value of that header, or null. */
  public @Nullable String get(KnownHeader header) {
    int entry = find(header);
    return entry < 0 ? null : value(entry);
  }

  // --- changing ---

  public void remove(int entry) {
    index[entry * STRIDE + 1] |= REMOVED;
  }

  public void remove(KnownHeader header) {
    for (int i = find(header); i >= 0; i = find(header, i + 1)) {
      remove(i);
    }
  }

  /** Removes every field whose name equals that range of the bytes, in any case. */
  public void removeNamed(int start, int end) {
    for (int i = 0; i < size; i++) {
      if (Ascii.equalsIgnoreCase(bytes, nameStart(i), nameEnd(i), start, end)) {
        remove(i);
      }
    }
  }

  /** Appends a field. Name and value must be valid: they are written as they are. */
  public void add(byte[] name, byte[] value) {
    add(name, value, 0, value.length);
  }

  /** Appends a field whose value is a range. The range may lie in these very bytes. */
  public void add(byte[] name, byte[] source, int start, int end) {
    ensureWritable(name.length + 4 + end - start);
    int nameStart = appendBytes(name, 0, name.length);
    bytes[length++] = ':';
    bytes[length++] = ' ';
    int valueStart = appendBytes(source, start, end);
    bytes[length++] = '\r';
    bytes[length++] = '\n';
    enter(nameStart, nameStart + name.length, valueStart, length - 2, true);
  }

  /**
   * Field lines that are added to many messages as they are: written and looked up once. Immutable.
   */
  public static final class Lines {
    private final byte[] bytes;
    private final int[] index;
    private final long known;

    /** The fields, in order, with valid names and values. */
    public Lines(Headers from) {
      bytes = Arrays.copyOf(from.bytes, from.length);
      index = Arrays.copyOf(from.index, from.size * STRIDE);
      known = from.known;
    }
  }

  /** Appends prepared fields. */
  public void add(Lines lines) {
    int[] added = lines.index;
    while (index.length < size * STRIDE + added.length) {
      index = Arrays.copyOf(index, index.length * 2);
    }
    int base = appendBytes(lines.bytes, 0, lines.bytes.length);
    int to = size * STRIDE;
    for (int i = 0; i < added.length; i += STRIDE) {
      index[to + i] = added[i] + base;
      index[to + i + 1] = added[i + 1];
      index[to + i + 2] = added[i + 2] + base;
      index[to + i + 3] = added[i + 3] + base;
    }
    size += added.length / STRIDE;
    known |= lines.known;
  }

  public void add(String name, String value) {
    add(Ascii.bytes(name), Ascii.bytes(value));
  }

  @Override
  public String toString() {
    var text = new StringBuilder();
    for (int i = 0; i < size; i++) {
      if (!isRemoved(i)) {
        text.append(name(i)).append(": ").append(value(i)).append('\n');
      }
    }
    return text.toString();
  }
}
