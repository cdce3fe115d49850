package dev.signalbox.http.h1;

import dev.signalbox.http.Ascii;
import dev.signalbox.http.Headers;
import dev.signalbox.http.Problem;
import dev.signalbox.http.Reasons;
import io.netty.buffer.ByteBuf;

/** Answers to requests that never became an exchange. Pure. */
final class Refusals {
  static final byte[] CONTINUE = Ascii.bytes("HTTP/1.1 100 Continue\r\n\r\n");

  // RFC 9110 §15.5.6: a 405 says what is allowed
  private static final String ALLOW =
      "\r\nAllow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, TRACE";

  private Refusals() {}

  /** Answers a call of gRPC-Web, by a head with these fields and no body. */
  static void write(Headers call, byte[] date, Output output) {
    var text = new StringBuilder("HTTP/1.1 200 OK\r\nDate: ");
    text.append(Ascii.text(date, 0, date.length)).append("\r\n");
    for (int i = 0; i < call.size(); i++) {
      text.append(call.name(i)).append(": ").append(call.value(i)).append("\r\n");
    }
    text.append("Content-Length: 0\r\nConnection: close\r\n\r\n");
    output.room(text.length()).writeBytes(Ascii.bytes(text.toString()));
  }

  static void write(Problem problem, byte[] date, Output output) {
    String body = problem.status() + " " + Reasons.of(problem.status()) + ": " + problem.reason();
    byte[] text =
        Ascii.bytes(
            "HTTP/1.1 "
                + problem.status()
                + ' '
                + Reasons.of(problem.status())
                + (problem.status() == 405 ? ALLOW : "")
                + "\r\nDate: "
                + Ascii.text(date, 0, date.length)
                + "\r\nContent-Type: text/plain\r\nContent-Length: "
                + (body.length() + 1)
                + "\r\nConnection: close\r\n\r\n"
                + body
                + "\n");
    ByteBuf out = output.room(text.length);
    out.writeBytes(text);
  }
}
