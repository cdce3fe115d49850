package dev.signalbox.analysis.text;

/**
 * A set of bytes, as 256 bits. Immutable.
 *
 * @param a the bytes below 64, and so on
 */
public record ByteSet(long a, long b, long c, long d) {
  static final ByteSet NONE = new ByteSet(0, 0, 0, 0);
  static final ByteSet ALL = NONE.not();
  public static final ByteSet WORD =
      range('0', '9').or(range('A', 'Z')).or(range('a', 'z')).or(range('_', '_'));

  /** All but the slash: what a segment of a path is made of. */
  static final ByteSet SEGMENT = range('/', '/').not();

  /** Every byte once, those first that a person likes to see in an example. */
  private static final String NICEST = nicest();

  private static final ByteSet[] SINGLES = new ByteSet[256];

  static {
    for (int i = 0; i < 256; i++) {
      SINGLES[i] = range(i, i);
    }
  }

  public static ByteSet of(int value) {
    return SINGLES[value];
  }

  /** The byte, and where it is an ASCII letter also its other case. */
  static ByteSet inAnyCase(int value) {
    int lower = value | 0x20;
    return lower >= 'a' && lower <= 'z' ? of(lower).or(of(lower - 0x20)) : of(value);
  }

  /** From the first to the last, both of them included. */
  public static ByteSet range(int first, int last) {
    return new ByteSet(
        bits(first, last, 0),
        bits(first, last, 64),
        bits(first, last, 128),
        bits(first, last, 192));
  }

  private static long bits(int first, int last, int base) {
    int from = Math.max(first - base, 0);
    int to = Math.min(last - base, 63);
    return from > to ? 0 : (-1L << from) & (-1L >>> (63 - to));
  }

  boolean has(int value) {
    long word = value < 128 ? (value < 64 ? a : b) : (value < 192 ? c : d);
    return (word >>> (value & 63) & 1) != 0;
  }

  public ByteSet and(ByteSet other) {
    return new ByteSet(a & other.a, b & other.b, c & other.c, d & other.d);
  }

  public ByteSet or(ByteSet other) {
    return new ByteSet(a | other.a, b | other.b, c | other.c, d | other.d);
  }

  public ByteSet not() {
    return new ByteSet(~a, ~b, ~c, ~d);
  }

  boolean isEmpty() {
    return (a | b | c | d) == 0;
  }

  boolean meets(ByteSet other) {
    return ((a & other.a) | (b & other.b) | (c & other.c) | (d & other.d)) != 0;
  }

  boolean isSubsetOf(ByteSet other) {
    return ((a & ~other.a) | (b & ~other.b) | (c & ~other.c) | (d & ~other.d)) == 0;
  }

  int size() {
    return Long.bitCount(a) + Long.bitCount(b) + Long.bitCount(c) + Long.bitCount(d);
  }

  /** The one member of a set of one. */
  char only() {
    return (char) first();
  }

  private int first() {
    return a != 0
        ? Long.numberOfTrailingZeros(a)
        : b != 0
            ? 64 + Long.numberOfTrailingZeros(b)
            : c != 0 ? 128 + Long.numberOfTrailingZeros(c) : 192 + Long.numberOfTrailingZeros(d);
  }

  /** A member; another one for another turn, as long as there are others. The nicest has turn 0. */
  char pick(int turn) {
    int left = Math.floorMod(turn, size());
    for (int i = 0; i < NICEST.length(); i++) {
      if (has(NICEST.charAt(i)) && left-- == 0) {
        return NICEST.charAt(i);
      }
    }
    throw new IllegalStateException("no member");
  }

  /** The byte at a place in the order of niceness, 0 to 255. */
  static char nicest(int place) {
    return NICEST.charAt(place);
  }

  private static String nicest() {
    var order = new StringBuilder();
    for (char c = 'a'; c <= 'z'; c++) {
      order.append(c);
    }
    for (char c = '0'; c <= '9'; c++) {
      order.append(c);
    }
    for (char c = 'A'; c <= 'Z'; c++) {
      order.append(c);
    }
    order.append("-._/~");
    for (char c = 0x20; c < 0x120; c++) {
      var next = String.valueOf((char) (c & 0xff));
      if (order.indexOf(next) < 0) {
        order.append(next);
      }
    }
    return order.toString();
  }
}
