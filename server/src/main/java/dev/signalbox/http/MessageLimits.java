package dev.signalbox.http;

import dev.signalbox.config.Bytes;
import dev.signalbox.config.ObjectShape;
import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;

/**
 * How large a request may be.
 *
 * @param requestLine method, target and version; beyond it 414
 * @param head the request line and all headers; beyond it 431
 * @param headers how many header lines; beyond it 431
 * @param body beyond it 413; {@link Bytes#UNLIMITED} for any size
 * @param pipelined what a connection may send ahead before it is no longer read
 */
public record MessageLimits(
    Bytes requestLine, Bytes head, int headers, Bytes body, Bytes pipelined) {
  public static final Shape<MessageLimits> SHAPE =
      ObjectShape.of(
          "How large a request may be.",
          keys -> {
            var requestLine =
                keys.optional(
                    "request-line",
                    between("64B", "1MB"),
                    "8KB",
                    "Method, target and version together; beyond it the answer is 414.");
            var head =
                keys.optional(
                    "head",
                    between("256B", "4MB"),
                    "32KB",
                    "Request line and headers together; beyond it the answer is 431.");
            var headers =
                keys.optional(
                    "headers",
                    Shapes.integer(1, 10_000),
                    "100",
                    "How many header lines; beyond it the answer is 431.");
            var body =
                keys.optional(
                    "body",
                    Shapes.orNone(Bytes.SHAPE, Bytes.UNLIMITED),
                    "1GB",
                    "The body, however it is framed; beyond it the answer is 413. none for any"
                        + " size.");
            var pipelined =
                keys.optional(
                    "pipelined",
                    between("1KB", "16MB"),
                    "64KB",
                    "What a connection may send ahead while an answer is due; beyond it nothing"
                        + " more is read until that answer is sent.");
            return values -> {
              if (values.get(requestLine).compareTo(values.get(head)) > 0) {
                values.report(
                    requestLine,
                    values.get(requestLine) + " does not fit into a head of " + values.get(head),
                    "at most " + values.get(head) + ", or a larger head");
                return null;
              }
              return new MessageLimits(
                  values.get(requestLine),
                  values.get(head),
                  values.get(headers),
                  values.get(body),
                  values.get(pipelined));
            };
          });

  private static Shape<Bytes> between(String least, String most) {
    return Bytes.between(Bytes.parse(least), Bytes.parse(most));
  }
}
