package dev.signalbox.http.h2;

/**
 * Decodes header blocks (RFC 7541). A field is handed over as a range of the block, of a table or
 * of one array that is used again and again: nothing is made for it. What one block can cost is
 * bounded by its length. One for each connection; belongs to its loop.
 */
final class HpackDecoder {
  /** Longer than any text in a sane block, so that an idle connection keeps little. */
  private static final int KEPT_SCRATCH = 8 * 1024;

  private static final int FIRST_SCRATCH = 256;

  /** What follows an integer's first byte may have so many bits: no block is that long. */
  private static final int INTEGER_BITS = 28;

  private final DynamicTable table;
  private int maxTableSize;
  private boolean isUpdateDue; // the table may be larger than we allow now
  private byte[] scratch = {};
  private int position; // in the block that is being decoded

  /**
   * @param maxTableSize what our SETTINGS_HEADER_TABLE_SIZE allows, in bytes
   */
  HpackDecoder(int maxTableSize) {
    this.maxTableSize = maxTableSize;
    this.table = new DynamicTable(maxTableSize);
  }

  /** Changes what the peer's encoder may use, once the peer has confirmed that it knows. */
  void maxTableSize(int bytes) {
    maxTableSize = bytes;
    isUpdateDue = table.maxSize() > bytes;
  }

  /**
   * Decodes one complete header block.
   *
   * @param maxListSize fields beyond it are decoded, so that the table stays right, and not handed
   *     over
   * @return the size of the list: name, value and 32 for each field (RFC 9113 §6.5.2)
   */
  long decode(byte[] block, int start, int end, long maxListSize, FieldSink sink)
      throws HpackException {
    position = start;
    long listSize = 0;
    boolean isAtStart = true;
    while (position < end) {
      int first = block[position];
      if ((first & 0x80) != 0) { // §6.1 indexed field
        int index = integer(block, end, 7);
        listSize = indexed(index, listSize, maxListSize, sink);
      } else if ((first & 0xe0) == 0x20) { // §6.3 dynamic table size update
        if (!isAtStart) {
          throw new HpackException("a table size update after a field"); // §4.2
        }
        int size = integer(block, end, 5);
        if (size > maxTableSize) {
          throw new HpackException("a table larger than allowed");
        }
        table.maxSize(size);
        isUpdateDue = false;
        continue;
      } else { // §6.2 literal field
        listSize = literal(block, end, listSize, maxListSize, sink);
      }
      isAtStart = false;
      if (isUpdateDue) {
        throw new HpackException("no table size update where one was due"); // §4.2
      }
    }
    if (scratch.length > KEPT_SCRATCH) {
      scratch = new byte[FIRST_SCRATCH];
    }
    return listSize;
  }

  private long indexed(int index, long listSize, long maxListSize, FieldSink sink)
      throws HpackException {
    if (index == 0) {
      throw new HpackException("the index 0"); // §6.1
    }
    if (index <= StaticTable.SIZE) {
      int nameStart = StaticTable.nameStart(index);
      int valueStart = StaticTable.valueStart(index);
      int valueEnd = StaticTable.valueEnd(index);
      long sum = listSize + (valueEnd - nameStart) + DynamicTable.ENTRY;
      if (sum <= maxListSize) {
        sink.onField(StaticTable.BYTES, nameStart, valueStart, valueStart, valueEnd, false);
      }
      return sum;
    }
    int number = dynamic(index);
    int nameStart = table.nameStart(number);
    int nameEnd = table.nameEnd(number);
    int valueEnd = table.valueEnd(number);
    long sum = listSize + (valueEnd - nameStart) + DynamicTable.ENTRY;
    if (sum <= maxListSize) {
      sink.onField(table.bytes(), nameStart, nameEnd, nameEnd, valueEnd, false);
    }
    return sum;
  }

  private int dynamic(int index) throws HpackException {
    int back = index - StaticTable.SIZE - 1;
    if (back >= table.count()) {
      throw new HpackException("an index beyond the table"); // §2.3.3
    }
    return table.newest() - back;
  }

  private long literal(byte[] block, int end, long listSize, long max, FieldSink sink)
      throws HpackException {
    int first = block[position];
    boolean isAdded = (first & 0x40) != 0; // §6.2.1
    boolean isNeverIndexed = !isAdded && (first & 0x10) != 0; // §6.2.3
    int index = integer(block, end, isAdded ? 6 : 4);

    byte[] name;
    int nameStart;
    int nameEnd;
    boolean isNameInBlock = false;
    boolean isNameThere = false; // in the scratch array
    if (index == 0) {
      isNameThere = isHuffman(block, end);
      isNameInBlock = !isNameThere;
      int length = length(block, end);
      if (isNameThere) {
        ensureScratch(Huffman.mostDecoded(length), 0);
        name = scratch;
        nameStart = 0;
        nameEnd = Huffman.decode(block, position, position + length, scratch, 0);
      } else {
        name = block;
        nameStart = position;
        nameEnd = position + length;
      }
      position += length;
    } else if (index <= StaticTable.SIZE) {
      name = StaticTable.BYTES;
      nameStart = StaticTable.nameStart(index);
      nameEnd = StaticTable.nameEnd(index);
    } else {
      int number = dynamic(index);
      name = table.bytes();
      nameStart = table.nameStart(number);
      nameEnd = table.nameEnd(number);
    }
    int nameLength = nameEnd - nameStart;

    boolean isHuffman = isHuffman(block, end);
    int length = length(block, end);
    int valueStart = position;
    position += length;
    if (!isHuffman && isNameInBlock) { // both are there to be read
      long sum = listSize + nameLength + length + DynamicTable.ENTRY;
      give(
          block, nameStart, nameEnd, valueStart, position, isAdded, isNeverIndexed, sum, max, sink);
      return sum;
    }
    // The scratch array has both: the name, then the value.
    ensureScratch(
        nameLength + (isHuffman ? Huffman.mostDecoded(length) : length),
        isNameThere ? nameLength : 0);
    int valueEnd =
        isHuffman
            ? Huffman.decode(block, valueStart, position, scratch, nameLength)
            : nameLength + length;
    long sum = listSize + valueEnd + DynamicTable.ENTRY;
    if (isAdded || sum <= max) { // else a flood of long names would be copied for nobody
      if (!isNameThere) {
        System.arraycopy(name, nameStart, scratch, 0, nameLength);
      }
      if (!isHuffman) {
        System.arraycopy(block, valueStart, scratch, nameLength, length);
      }
      give(scratch, 0, nameLength, nameLength, valueEnd, isAdded, isNeverIndexed, sum, max, sink);
    }
    return sum;
  }

  private void give(
      byte[] bytes,
      int nameStart,
      int nameEnd,
      int valueStart,
      int valueEnd,
      boolean isAdded,
      boolean isNeverIndexed,
      long listSize,
      long max,
      FieldSink sink) {
    if (isAdded) {
      table.add(bytes, nameStart, nameEnd, bytes, valueStart, valueEnd);
    }
    if (listSize <= max) {
      sink.onField(bytes, nameStart, nameEnd, valueStart, valueEnd, isNeverIndexed);
    }
  }

  private void ensureScratch(int bytes, int kept) {
    if (scratch.length < bytes) {
      byte[] larger = new byte[Math.max(FIRST_SCRATCH, Math.max(bytes, scratch.length * 2))];
      System.arraycopy(scratch, 0, larger, 0, kept);
      scratch = larger;
    }
  }

  // §5.2: a string literal
  private boolean isHuffman(byte[] block, int end) throws HpackException {
    if (position == end) {
      throw new HpackException("a field that is cut off");
    }
    return block[position] < 0;
  }

  private int length(byte[] block, int end) throws HpackException {
    int length = integer(block, end, 7);
    if (length > end - position) {
      throw new HpackException("a string longer than its block");
    }
    return length;
  }

  /** Reads the integer at the position, whose first byte has so many bits for it (§5.1). */
  private int integer(byte[] block, int end, int prefix) throws HpackException {
    int most = (1 << prefix) - 1;
    int value = block[position++] & most;
    if (value < most) {
      return value;
    }
    int shift = 0;
    while (true) {
      if (position == end) {
        throw new HpackException("an integer that is cut off");
      }
      int next = block[position++];
      if (shift == INTEGER_BITS) { // also where only zeros follow: nobody writes those
        throw new HpackException("an integer that is too large");
      }
      value += (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
      shift += 7;
    }
  }
}
