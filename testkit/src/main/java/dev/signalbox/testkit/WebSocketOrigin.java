package dev.signalbox.testkit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * An endpoint's side of a WebSocket's handshake (RFC 6455 §4). What comes behind it is bytes:
 * nobody between the two ends may look at them. Keeps no state.
 */
public final class WebSocketOrigin {
  /** The key of the RFC's example. */
  public static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  private WebSocketOrigin() {}

  /** Agrees, whatever is asked for, and does this; then the connection closes. */
  public static Script then(Step step) {
    return connection -> {
      var request = connection.readRequest();
      if (request != null) {
        connection.send(accept(request));
        step.play(connection, request);
      }
    };
  }

  /** Agrees, and sends back what comes until the peer ends its side. */
  public static Script echo() {
    return then((connection, request) -> connection.echo());
  }

  /** The answer that agrees. */
  public static String accept(ReceivedRequest request) {
    return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Accept: "
        + accept(String.valueOf(request.header("Sec-WebSocket-Key")))
        + "\r\n\r\n";
  }

  /** What answers that key. */
  public static String accept(String key) {
    try {
      var digest = MessageDigest.getInstance("SHA-1");
      return Base64.getEncoder()
          .encodeToString(digest.digest((key + GUID).getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
