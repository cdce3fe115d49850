package dev.signalbox.http.h1;

import dev.signalbox.http.HttpDate;
import dev.signalbox.net.Loop;
import java.util.ArrayDeque;

/** What all HTTP/1 connections of one loop share: parsers to borrow, and today's date. */
public final class H1Loop {
  /** How many parsers are kept for the next message; more are left to the collector. */
  private static final int KEPT = 256;

  private final Loop loop;
  private final ArrayDeque<RequestParser> requestParsers = new ArrayDeque<>();
  private final ArrayDeque<ResponseParser> responseParsers = new ArrayDeque<>();
  private final HttpDate date = new HttpDate();

  public H1Loop(Loop loop) {
    this.loop = loop;
  }

  Loop loop() {
    return loop;
  }

  RequestParser takeRequestParser() {
    RequestParser parser = requestParsers.pollLast();
    return parser == null ? new RequestParser() : parser;
  }

  void give(RequestParser parser) {
    parser.clear();
    if (requestParsers.size() < KEPT) {
      requestParsers.addLast(parser);
    }
  }

  ResponseParser takeResponseParser() {
    ResponseParser parser = responseParsers.pollLast();
    return parser == null ? new ResponseParser() : parser;
  }

  void give(ResponseParser parser) {
    parser.clear();
    if (responseParsers.size() < KEPT) {
      responseParsers.addLast(parser);
    }
  }

  /** The value of a Date field, now. */
  byte[] date() {
    return date.now();
  }
}
