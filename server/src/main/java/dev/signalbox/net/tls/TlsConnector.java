package dev.signalbox.net.tls;

import dev.signalbox.net.ConnectEvents;
import dev.signalbox.net.Connection;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A connection to an endpoint until its handshake is done. On the connection's loop. Whoever began
 * it watches the time.
 */
final class TlsConnector implements TlsHandshake {
  private final ConnectEvents events;
  private final TlsConnection connection;
  private boolean isBeginning = true;
  private boolean isOver;

  private TlsConnector(
      Connection below, TlsEngine engine, String serverName, ConnectEvents events) {
    this.events = events;
    this.connection = new TlsConnection(below, engine, TlsPeer.endpoint(serverName), this);
  }

  /**
   * Begins.
   *
   * @return gives it up when it is run
   */
  static Runnable connect(
      Connection below, TlsEngine engine, String serverName, ConnectEvents events) {
    var connector = new TlsConnector(below, engine, serverName, events);
    connector.connection.beginAsClient();
    connector.isBeginning = false;
    return connector::cancel;
  }

  private void cancel() {
    if (!isOver) {
      isOver = true;
      connection.abandon(new IOException("given up"));
    }
  }

  @Override
  public void onDone(TlsConnection done) {
    if (isOver) {
      done.close();
      return;
    }
    isOver = true;
    events.onConnected(done);
  }

  @Override
  public void onFailed(IOException cause) {
    if (isOver) {
      return;
    }
    isOver = true;
    var failure = new IOException("TLS: " + words(cause), cause);
    if (isBeginning) { // never before the call returns
      connection.loop().execute(() -> events.onConnectFailed(failure));
    } else {
      events.onConnectFailed(failure);
    }
  }

  /** What the two engines and the sockets say, in words of our own. */
  private static String words(IOException cause) {
    @Nullable Untrusted untrusted = Untrusted.in(cause);
    if (untrusted != null) {
      return String.valueOf(untrusted.getMessage());
    }
    String text = String.valueOf(cause.getMessage());
    String reason = text.startsWith("TLS: ") ? text.substring(5) : text;
    String lower = reason.toLowerCase(Locale.ROOT);
    if (lower.equals("closed in the handshake")
        || lower.contains("connection reset")
        || lower.contains("broken pipe")
        || lower.equals("ended in the middle of the handshake")) {
      return "the endpoint closed the connection in the handshake";
    }
    int alert = lower.indexOf("alert");
    if (alert >= 0) { // "sslv3 alert handshake failure", "Received fatal alert: handshake_failure"
      String kind = lower.substring(alert + 5).replace('_', ' ').replace(":", "").strip();
      return "the endpoint refused the handshake with the alert: " + kind;
    }
    if (lower.contains("wrong version number")
        || lower.contains("http request")
        || lower.contains("not an ssl/tls record")
        || lower.contains("unsupported or unrecognized")) {
      return "the endpoint does not speak TLS";
    }
    if (lower.contains("unsupported protocol")) {
      return "the endpoint speaks only versions of TLS that are not allowed";
    }
    return reason;
  }
}
