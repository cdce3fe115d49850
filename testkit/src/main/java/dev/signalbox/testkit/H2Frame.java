package dev.signalbox.testkit;

import java.util.Arrays;

/** One HTTP/2 frame as it stands on the wire (RFC 9113 §4.1). Nobody writes to its payload. */
@SuppressWarnings("ArrayRecordComponent") // nobody compares frames
public record H2Frame(int type, int flags, int stream, byte[] payload) {
  public static final int DATA = 0;
  public static final int HEADERS = 1;
  public static final int RST_STREAM = 3;
  public static final int SETTINGS = 4;
  public static final int PUSH_PROMISE = 5;
  public static final int PING = 6;
  public static final int GOAWAY = 7;
  public static final int WINDOW_UPDATE = 8;
  public static final int CONTINUATION = 9;

  public static final int END_STREAM = 1;
  public static final int ACK = 1;
  public static final int END_HEADERS = 4;
  public static final int PADDED = 8;
  public static final int PRIORITY = 0x20;

  public static final int HEADER = 9;

  public boolean has(int flag) {
    return (flags & flag) != 0;
  }

  /** The number of 32 bits in the payload from there on. */
  public int number(int at) {
    return (payload[at] & 0xff) << 24
        | (payload[at + 1] & 0xff) << 16
        | (payload[at + 2] & 0xff) << 8
        | (payload[at + 3] & 0xff);
  }

  /** The payload without padding and priority. */
  byte[] content() {
    int start = has(PADDED) ? 1 : 0;
    int padding = has(PADDED) ? payload[0] & 0xff : 0;
    if (type == HEADERS && has(PRIORITY)) {
      start += 5;
    }
    return Arrays.copyOfRange(payload, start, payload.length - padding);
  }

  /** The frame as bytes. */
  public byte[] bytes() {
    var bytes = new byte[HEADER + payload.length];
    bytes[0] = (byte) (payload.length >> 16);
    bytes[1] = (byte) (payload.length >> 8);
    bytes[2] = (byte) payload.length;
    bytes[3] = (byte) type;
    bytes[4] = (byte) flags;
    writeNumber(bytes, 5, stream);
    System.arraycopy(payload, 0, bytes, HEADER, payload.length);
    return bytes;
  }

  static void writeNumber(byte[] bytes, int at, int number) {
    bytes[at] = (byte) (number >> 24);
    bytes[at + 1] = (byte) (number >> 16);
    bytes[at + 2] = (byte) (number >> 8);
    bytes[at + 3] = (byte) number;
  }

  /** A payload of numbers of 32 bits. */
  public static byte[] numbers(int... numbers) {
    var bytes = new byte[numbers.length * 4];
    for (int i = 0; i < numbers.length; i++) {
      writeNumber(bytes, i * 4, numbers[i]);
    }
    return bytes;
  }

  /** A frame of settings: identifiers and values in turn. */
  public static H2Frame settings(int... pairs) {
    var payload = new byte[pairs.length / 2 * 6];
    for (int i = 0; i < pairs.length; i += 2) {
      payload[i * 3] = (byte) (pairs[i] >> 8);
      payload[i * 3 + 1] = (byte) pairs[i];
      writeNumber(payload, i * 3 + 2, pairs[i + 1]);
    }
    return new H2Frame(SETTINGS, 0, 0, payload);
  }

  @Override
  public String toString() {
    return "frame of type "
        + type
        + ", flags "
        + flags
        + ", stream "
        + stream
        + ", "
        + payload.length
        + " bytes";
  }
}
