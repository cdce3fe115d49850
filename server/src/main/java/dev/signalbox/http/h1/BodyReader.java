package dev.signalbox.http.h1;

import dev.signalbox.http.Ascii;
import dev.signalbox.http.Headers;
import dev.signalbox.http.Problem;
import dev.signalbox.http.Trailers;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a body out of the bytes of a connection, by its length, its chunks (RFC 9112 §7.1) or the
 * connection's end. One instance a connection; it holds nothing between bodies.
 */
final class BodyReader {
  private static final int MAX_SIZE_DIGITS = 15; // of a chunk's size: below 2^60
  private static final int MAX_EXTENSION = 1024; // of one chunk, in bytes
  private static final int MAX_EXTENSIONS = 16 * 1024; // of one body: each chunk is cheap to send

  private enum State {
    DONE,
    LENGTH,
    UNTIL_CLOSE,
    SIZE,
    EXTENSION,
    SIZE_LF,
    DATA,
    DATA_CR,
    DATA_LF,
    TRAILERS
  }

  private State state = State.DONE;
  private long remaining; // of the body, or of the chunk
  private long total;
  private long maxTotal;
  private int digits;
  private int extension;
  private int extensions;
  private int maxTrailers;
  private int maxTrailerFields;
  private @Nullable HeadReader trailerReader;
  private @Nullable Headers trailers;
  private @Nullable Problem problem;

  void beginNone() {
    state = State.DONE;
    trailers = null;
    problem = null; // of the body before: readers are reused
  }

  void beginLength(long length) {
    beginNone();
    remaining = length;
    state = length == 0 ? State.DONE : State.LENGTH;
  }

  void beginUntilClose() {
    beginNone();
    state = State.UNTIL_CLOSE;
  }

  void beginChunked(long newMaxTotal, int newMaxTrailers, int newMaxTrailerFields) {
    beginNone();
    total = 0;
    maxTotal = newMaxTotal;
    extensions = 0;
    maxTrailers = newMaxTrailers;
    maxTrailerFields = newMaxTrailerFields;
    beginSize();
  }

  boolean isDone() {
    return state == State.DONE;
  }

  boolean isUntilClose() {
    return state == State.UNTIL_CLOSE;
  }

  /** How many bytes are still to come, where that is known; else 0. */
  long remainingLength() {
    return state == State.LENGTH ? remaining : 0;
  }

  /** So many bytes of a body of known length went past this reader. */
  void passed(long bytes) {
    assert state == State.LENGTH && bytes <= remaining;
    remaining -= bytes;
    if (remaining == 0) {
      state = State.DONE;
    }
  }

  /** The fields after the last chunk, or null. Valid until the next body begins. */
  @Nullable Headers trailers() {
    return trailers;
  }

  /** What was wrong with the body, or null. */
  @Nullable Problem problem() {
    return problem;
  }

  /**
   * Takes what belongs to the body. The reader index moves on over it.
   *
   * @return the part of the body in these bytes, to be released by the caller; null where there is
   *     none, and where {@link #problem()} says so
   */
  @Nullable ByteBuf read(ByteBuf in) {
    return switch (state) {
      case DONE -> null;
      case LENGTH -> {
        int count = (int) Math.min(remaining, in.readableBytes());
        remaining -= count;
        if (remaining == 0) {
          state = State.DONE;
        }
        yield count == 0 ? null : in.readRetainedSlice(count);
      }
      case UNTIL_CLOSE -> in.isReadable() ? in.readRetainedSlice(in.readableBytes()) : null;
      case SIZE, EXTENSION, SIZE_LF, DATA, DATA_CR, DATA_LF, TRAILERS -> readChunks(in);
    };
  }

  /**
   * Takes as many chunks as there are. Their data is moved together within the buffer, over the
   * framing between, so that many small chunks leave as one part.
   */
  private @Nullable ByteBuf readChunks(ByteBuf in) {
    int partStart = -1;
    int partEnd = -1;
    while (in.isReadable() && state != State.DONE) {
      if (state == State.DATA) {
        int count = (int) Math.min(remaining, in.readableBytes());
        int from = in.readerIndex();
        if (partStart < 0) {
          partStart = from;
          partEnd = from;
        } else if (partEnd != from) {
          in.setBytes(partEnd, in, from, count);
        }
        partEnd += count;
        in.skipBytes(count);
        remaining -= count;
        if (remaining == 0) {
          state = State.DATA_CR;
        }
      } else if (state == State.TRAILERS) {
        readTrailers(in);
      } else {
        readFraming(in.readByte());
      }
      if (problem != null) {
        return null;
      }
    }
    return partStart < 0 ? null : in.retainedSlice(partStart, partEnd - partStart);
  }

  private void readFraming(byte c) {
    switch (state) {
      case SIZE -> readSize(c);
      case EXTENSION -> {
        if (c == '\r') {
          state = State.SIZE_LF;
        } else if (!Ascii.isFieldValue(c)) {
          problem = Problem.of("a control character in a chunk extension");
        } else if (++extension > MAX_EXTENSION || ++extensions > MAX_EXTENSIONS) {
          problem = Problem.of("chunk extensions are too long");
        }
      }
      case SIZE_LF -> {
        if (c != '\n') {
          problem = Problem.BARE_CR;
        } else if (remaining == 0) {
          beginTrailers();
        } else {
          total += remaining;
          if (total > maxTotal) {
            problem = Problem.BODY_TOO_LARGE;
          }
          state = State.DATA;
        }
      }
      case DATA_CR -> {
        if (c != '\r') {
          problem = Problem.of("chunk data that is longer than its size");
        }
        state = State.DATA_LF;
      }
      case DATA_LF -> {
        if (c != '\n') {
          problem = Problem.BARE_CR;
        }
        beginSize();
      }
      case DONE, LENGTH, UNTIL_CLOSE, DATA, TRAILERS ->
          throw new IllegalStateException("no framing in " + state);
    }
  }

  private void beginSize() {
    state = State.SIZE;
    remaining = 0;
    digits = 0;
    extension = 0;
  }

  private void readSize(byte c) {
    int digit = Ascii.hexDigit(c);
    if (digit >= 0) {
      if (++digits > MAX_SIZE_DIGITS) {
        problem = Problem.of("a chunk size that is too long");
      }
      remaining = remaining << 4 | digit;
    } else if (digits == 0) {
      problem = Problem.of("a chunk without a size");
    } else if (c == '\r') {
      state = State.SIZE_LF;
    } else if (c == ';') {
      state = State.EXTENSION;
    } else {
      problem = c == '\n' ? Problem.BARE_LF : Problem.of("a malformed chunk size");
    }
  }

  private void beginTrailers() {
    if (trailerReader == null) {
      trailerReader = new HeadReader((_, _, _) -> null);
    }
    trailers = new Headers();
    trailerReader.beginTrailers(trailers, maxTrailers, maxTrailerFields);
    state = State.TRAILERS;
  }

  private void readTrailers(ByteBuf in) {
    if (trailerReader == null || trailers == null) {
      throw new IllegalStateException("trailers were not begun");
    }
    switch (trailerReader.read(trailers, in)) {
      case MORE -> {}
      case BAD -> problem = trailerReader.problem();
      case DONE -> {
        if (!Trailers.removeForbidden(trailers)) {
          trailers = null;
        }
        state = State.DONE;
      }
    }
  }
}
