package dev.signalbox.http;

/** The upstream side of one attempt: a request goes out, a response comes in. */
public interface ClientStream extends HttpStream {}
