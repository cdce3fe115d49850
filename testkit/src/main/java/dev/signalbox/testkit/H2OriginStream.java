package dev.signalbox.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request at a scripted HTTP/2 origin, and its answer. Written by the connection's reading
 * thread; all methods may be called by any.
 */
public final class H2OriginStream {
  private static final int KEPT_AT_MOST = 1024 * 1024;

  private final H2OriginConnection connection;
  private final int id;
  private final List<String> fields;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private long bodyLength;
  private List<String> trailers = List.of();
  private boolean hasEnded;
  private @Nullable Integer resetCode;
  private long window;

  H2OriginStream(H2OriginConnection connection, int id, List<String> fields, long window) {
    this.connection = connection;
    this.id = id;
    this.fields = List.copyOf(fields);
    this.window = window;
  }

  public H2OriginConnection connection() {
    return connection;
  }

  public int id() {
    return id;
  }

  /** The head's fields, pseudo-fields included, as {@code name: value}. */
  public List<String> fields() {
    return fields;
  }

  /** The first value of that name, or null. */
  public @Nullable String field(String name) {
    return fields.stream()
        .filter(field -> field.startsWith(name + ": "))
        .map(field -> field.substring(name.length() + 2))
        .findFirst()
        .orElse(null);
  }

  /** The path, or an empty text. */
  public String path() {
    String path = field(":path");
    return path == null ? "" : path;
  }

  /** The body so far, one character a byte; of a long one the beginning. */
  public synchronized String body() {
    return body.toString(java.nio.charset.StandardCharsets.ISO_8859_1);
  }

  public synchronized long bodyLength() {
    return bodyLength;
  }

  public synchronized List<String> trailers() {
    return trailers;
  }

  public synchronized boolean hasEnded() {
    return hasEnded;
  }

  /** The code of the peer's RST_STREAM, or null. */
  public synchronized @Nullable Integer resetCode() {
    return resetCode;
  }

  /** Waits for the end of the request; fails at the deadline. */
  public synchronized void awaitEnd() throws IOException, InterruptedException {
    var deadline = Deadline.after(Await.PATIENCE);
    while (!hasEnded) {
      await(deadline, "the end of stream " + id);
    }
  }

  /** Waits for more of the body than so many bytes, or its end; returns what is behind them. */
  public synchronized String awaitBody(int from) throws IOException, InterruptedException {
    var deadline = Deadline.after(Await.PATIENCE);
    while (!hasEnded && body.size() <= from) {
      await(deadline, "more of the body of stream " + id);
    }
    return body().substring(from);
  }

  /** Agrees to a switch of protocols (RFC 8441), and sends back what comes until its end. */
  public void echo() throws IOException, InterruptedException {
    head(false, 200);
    int sent = 0;
    for (var more = awaitBody(0); !more.isEmpty(); more = awaitBody(sent)) {
      sent += more.length();
      data(more, false);
    }
    data("", true);
  }

  /** Waits for the peer's RST_STREAM; fails at the deadline. */
  public synchronized int awaitReset() throws IOException, InterruptedException {
    var deadline = Deadline.after(Await.PATIENCE);
    while (resetCode == null) {
      if (deadline.hasPassed()) {
        throw new AssertionError("not within " + Await.PATIENCE + ": a reset of stream " + id);
      }
      wait(deadline.remainingMillis());
    }
    return resetCode;
  }

  @SuppressWarnings("WaitNotInLoop") // its callers loop
  private void await(Deadline deadline, String what) throws IOException, InterruptedException {
    if (resetCode != null) {
      throw new IOException("stream " + id + " was reset");
    }
    if (connection.isClosed()) {
      throw new IOException("the connection was closed");
    }
    if (deadline.hasPassed()) {
      throw new AssertionError("not within " + Await.PATIENCE + ": " + what);
    }
    wait(deadline.remainingMillis());
  }

  // --- what the reading thread tells ---

  synchronized void onData(byte[] data) {
    bodyLength += data.length;
    if (body.size() < KEPT_AT_MOST) {
      body.writeBytes(data);
    }
    notifyAll();
  }

  synchronized void onEnd(List<String> newTrailers) {
    trailers = List.copyOf(newTrailers);
    hasEnded = true;
    notifyAll();
  }

  synchronized void onReset(int code) {
    resetCode = code;
    notifyAll();
  }

  synchronized void addWindow(long more) {
    window += more;
    notifyAll();
  }

  synchronized void wake() {
    notifyAll();
  }

  // --- the answer ---

  /** Answers with that status and body, without a Content-Length. */
  public void respond(int status, String text, String... more) throws IOException {
    head(text.isEmpty(), status, more);
    if (!text.isEmpty()) {
      data(text, true);
    }
  }

  /** Sends a head. */
  public void head(boolean isEnd, int status, String... more) throws IOException {
    var all = new ArrayList<String>();
    all.add(":status: " + status);
    all.addAll(List.of(more));
    fields(isEnd, all.toArray(String[]::new));
  }

  /** Sends fields as they are: a head, or trailers. */
  public void fields(boolean isEnd, String... all) throws IOException {
    connection.sendFields(id, isEnd, all);
  }

  /** Sends a part of the body as soon as the peer's windows allow it. */
  public void data(String text, boolean isEnd) throws IOException {
    data(Bytes.of(text), isEnd);
  }

  public void data(byte[] bytes, boolean isEnd) throws IOException {
    int at = 0;
    do {
      int part = Math.min(bytes.length - at, 16 * 1024);
      try {
        takeWindow(part);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException(e);
      }
      boolean isLast = at + part == bytes.length;
      var payload = java.util.Arrays.copyOfRange(bytes, at, at + part);
      connection.send(
          new H2Frame(H2Frame.DATA, isLast && isEnd ? H2Frame.END_STREAM : 0, id, payload));
      at += part;
    } while (at < bytes.length);
  }

  private void takeWindow(int bytes) throws IOException, InterruptedException {
    synchronized (this) {
      var deadline = Deadline.after(Await.PATIENCE);
      while (window < bytes) {
        await(deadline, "a window for stream " + id);
      }
      window -= bytes;
    }
    connection.takeWindow(bytes);
  }

  public void reset(int code) throws IOException {
    connection.send(new H2Frame(H2Frame.RST_STREAM, 0, id, H2Frame.numbers(code)));
  }
}
