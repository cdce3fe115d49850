package dev.signalbox.http.h2;

import dev.signalbox.http.HttpDate;
import dev.signalbox.http.ResponseHead;
import dev.signalbox.net.Loop;
import java.util.ArrayDeque;

/** What all HTTP/2 connections of one loop share: arrays and readers to borrow, and the date. */
public final class H2Loop {
  /** How many of each are kept for the next; more are left to the collector. */
  private static final int KEPT = 256;

  private final Loop loop;
  private final HttpDate date = new HttpDate();
  private final byte[] scratch = new byte[Frames.MOST];
  private final ArrayDeque<RequestReader> requestReaders = new ArrayDeque<>();
  private final ArrayDeque<byte[]> payloads = new ArrayDeque<>();
  private final ArrayDeque<ResponseHead> responseHeads = new ArrayDeque<>();

  public H2Loop(Loop loop) {
    this.loop = loop;
  }

  Loop loop() {
    return loop;
  }

  /** The value of a Date field, now. */
  byte[] date() {
    return date.now();
  }

  RequestReader takeRequestReader() {
    RequestReader reader = requestReaders.pollLast();
    return reader == null ? new RequestReader() : reader;
  }

  void give(RequestReader reader) {
    reader.clear();
    if (requestReaders.size() < KEPT) {
      requestReaders.addLast(reader);
    }
  }

  /** Room for one frame, until the loop goes on. */
  byte[] scratch() {
    return scratch;
  }

  ResponseHead takeResponseHead() {
    ResponseHead head = responseHeads.pollLast();
    return head == null ? new ResponseHead() : head;
  }

  void give(ResponseHead head) {
    head.clear();
    if (responseHeads.size() < KEPT) {
      responseHeads.addLast(head);
    }
  }

  /** Room for a frame that has come in part. */
  byte[] takePayload() {
    byte[] payload = payloads.pollLast();
    return payload == null ? new byte[Frames.MOST] : payload;
  }

  void givePayload(byte[] payload) {
    if (payloads.size() < KEPT / 8) {
      payloads.addLast(payload);
    }
  }
}
