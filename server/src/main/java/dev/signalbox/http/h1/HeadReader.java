package dev.signalbox.http.h1;

import dev.signalbox.http.Ascii;
import dev.signalbox.http.Headers;
import dev.signalbox.http.Problem;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Reads a start line and field lines, or field lines alone, into {@link Headers}: every byte once,
 * however they are cut. What two readers could take differently is refused. Belongs to one loop.
 */
final class HeadReader {
  /** How much is copied at a time: a body that follows the head is left where it is. */
  private static final int STEP = 2048;

  enum Result {
    MORE,
    DONE,
    BAD
  }

  /** Who understands the start line. */
  interface StartLine {
    /**
     * Reads the line between the offsets, without its line end.
     *
     * @return what is wrong with it, or null
     */
    @Nullable Problem onStartLine(Headers block, int start, int end);
  }

  private final StartLine startLine;
  private int maxLine;
  private int maxHead;
  private int maxFields;
  private int maxEmptyLines;
  private boolean isTrailer;

  private int at; // the start of the line to be read next
  private int scanned; // no line end between `at` and here
  private boolean hasStartLine;
  private int emptyLines;
  private int base; // where the head starts in its block
  private @Nullable Problem problem;

  HeadReader(StartLine startLine) {
    this.startLine = startLine;
  }

  /**
   * Begins a head.
   *
   * @param newMaxEmptyLines how many empty lines before the start line are skipped
   */
  void begin(
      Headers block, int newMaxEmptyLines, int newMaxLine, int newMaxHead, int newMaxFields) {
    begin(block, newMaxHead, newMaxFields);
    maxEmptyLines = newMaxEmptyLines;
    maxLine = newMaxLine;
    hasStartLine = false;
    isTrailer = false;
  }

  /** Begins a trailer section: field lines only. */
  void beginTrailers(Headers block, int newMaxHead, int newMaxFields) {
    begin(block, newMaxHead, newMaxFields);
    hasStartLine = true;
    isTrailer = true;
  }

  private void begin(Headers block, int newMaxHead, int newMaxFields) {
    base = block.length();
    at = base;
    scanned = base;
    maxHead = newMaxHead;
    maxFields = newMaxFields;
    emptyLines = 0;
    problem = null;
  }

  /** What was wrong; only after {@link Result#BAD}. */
  Problem problem() {
    return problem == null ? Problem.of("nothing is wrong") : problem;
  }

  /** Whether anything of the head has come. */
  boolean hasBegun(Headers block) {
    return block.length() > base;
  }

  /** Reads on. After DONE the reader index is just behind the head. */
  Result read(Headers block, ByteBuf in) {
    while (true) {
      int step = Math.min(in.readableBytes(), STEP);
      if (step == 0) {
        return Result.MORE;
      }
      block.ensureWritable(step);
      in.readBytes(block.bytes(), block.length(), step);
      block.advance(step);
      Result result = readLines(block);
      if (result == Result.DONE) {
        // What was copied beyond the head goes back: it all came with this very step.
        int surplus = block.length() - at;
        in.readerIndex(in.readerIndex() - surplus);
        block.truncate(at);
      }
      if (result == Result.MORE && block.length() - base > maxHead) {
        result = bad(Problem.TOO_LARGE);
      }
      if (result != Result.MORE) {
        if (result == Result.DONE && at - base > maxHead) {
          return bad(Problem.TOO_LARGE);
        }
        return result;
      }
    }
  }

  private Result readLines(Headers block) {
    byte[] bytes = block.bytes();
    int end = block.length();
    while (at < end) {
      if (scanned > at && !hasLineEnd(bytes, end)) {
        return overlong(end);
      }
      if (!hasStartLine) {
        Result result = readStartLine(block, end);
        if (result != null) {
          return result;
        }
      } else if (bytes[at] == '\r') {
        if (at + 1 == end) {
          scanned = end;
          return Result.MORE;
        }
        if (bytes[at + 1] != '\n') {
          return bad(Problem.BARE_CR);
        }
        at += 2;
        return Result.DONE;
      } else {
        int next = readField(block, bytes, end);
        if (next < 0) {
          return problem == null ? overlong(end) : Result.BAD;
        }
        at = next;
      }
      scanned = at;
      bytes = block.bytes(); // a start line may have appended
    }
    return Result.MORE;
  }

  /** Looks for a line end in what is new only, so that bytes coming singly cost no more. */
  private boolean hasLineEnd(byte[] bytes, int end) {
    for (int i = scanned; i < end; i++) {
      if (bytes[i] == '\n') {
        return true;
      }
    }
    return false;
  }

  private Result overlong(int end) {
    scanned = end;
    int line = end - at - 1; // the last byte may be the CR that ends it
    return !hasStartLine && line > maxLine ? bad(Problem.LINE_TOO_LONG) : Result.MORE;
  }

  private @Nullable Result readStartLine(Headers block, int end) {
    byte[] bytes = block.bytes();
    int lineEnd = at;
    while (lineEnd < end && bytes[lineEnd] != '\r' && bytes[lineEnd] != '\n') {
      lineEnd++;
    }
    if (lineEnd == end || (lineEnd + 1 == end && bytes[lineEnd] == '\r')) {
      return overlong(end);
    }
    if (bytes[lineEnd] == '\n') {
      return bad(Problem.BARE_LF);
    }
    if (bytes[lineEnd + 1] != '\n') {
      return bad(Problem.BARE_CR);
    }
    if (lineEnd == at) {
      at += 2;
      return ++emptyLines > maxEmptyLines ? bad(Problem.of("empty lines")) : null;
    }
    if (lineEnd - at > maxLine) {
      return bad(Problem.LINE_TOO_LONG);
    }
    // The block's length is behind bytes that are not read yet: nothing may be appended now.
    Problem wrong = startLine.onStartLine(block, at, lineEnd);
    if (wrong != null) {
      return bad(wrong);
    }
    hasStartLine = true;
    at = lineEnd + 2;
    return null;
  }

  /** Reads one field line (RFC 9112 §5); returns where the next begins, or -1. */
  private int readField(Headers block, byte[] bytes, int end) {
    int nameEnd = at;
    while (nameEnd < end && Ascii.isToken(bytes[nameEnd])) {
      nameEnd++;
    }
    if (nameEnd == end) {
      return -1;
    }
    if (bytes[nameEnd] != ':' || nameEnd == at) {
      bad(badName(bytes, nameEnd));
      return -1;
    }
    int valueStart = nameEnd + 1;
    while (valueStart < end && (bytes[valueStart] == ' ' || bytes[valueStart] == '\t')) {
      valueStart++;
    }
    int lineEnd = Ascii.endOfFieldValue(bytes, valueStart, end);
    if (lineEnd == end || (lineEnd + 1 == end && bytes[lineEnd] == '\r')) {
      return -1;
    }
    if (bytes[lineEnd] != '\r' || bytes[lineEnd + 1] != '\n') {
      bad(
          switch (bytes[lineEnd]) {
            case '\r' -> Problem.BARE_CR;
            case '\n' -> Problem.BARE_LF;
            default -> Problem.of("a control character in a field value");
          });
      return -1;
    }
    int valueEnd = lineEnd;
    while (valueEnd > valueStart && (bytes[valueEnd - 1] == ' ' || bytes[valueEnd - 1] == '\t')) {
      valueEnd--;
    }
    if (nameEnd - at > Headers.MAX_NAME) {
      bad(Problem.TOO_LARGE);
      return -1;
    }
    if (block.size() >= maxFields) {
      bad(Problem.TOO_MANY_FIELDS);
      return -1;
    }
    boolean isCanonical =
        valueStart == nameEnd + 2 && bytes[nameEnd + 1] == ' ' && valueEnd == lineEnd;
    block.enter(at, nameEnd, valueStart, valueEnd, isCanonical);
    return lineEnd + 2;
  }

  private Problem badName(byte[] bytes, int nameEnd) {
    byte c = bytes[nameEnd];
    if (nameEnd == at && (c == ' ' || c == '\t')) {
      return Problem.of("a folded field line"); // RFC 9112 §5.2
    }
    if (c == ' ' || c == '\t') {
      return Problem.of("white space before a colon"); // RFC 9112 §5.1
    }
    if (c == '\n') {
      return Problem.BARE_LF;
    }
    if (c == '\r') {
      return Problem.of("a field line without a colon");
    }
    return Problem.of(isTrailer ? "a bad trailer name" : "a bad field name");
  }

  private Result bad(Problem wrong) {
    problem = wrong;
    return Result.BAD;
  }
}
