package dev.signalbox.testkit;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request at an {@link AnyOrigin}, and its answer. Belongs to the thread of its step; what has
 * been read of it may be asked for by any.
 */
public abstract class AnyRequest {
  private final String method;
  private final String path;
  private final String host;
  private final List<String> fields;
  private volatile String body = "";
  private volatile List<String> trailers = List.of();
  private boolean isRead;

  AnyRequest(String method, String path, String host, List<String> fields) {
    this.method = method;
    this.path = path;
    this.host = host;
    this.fields = List.copyOf(fields);
  }

  public String method() {
    return method;
  }

  /** With its query. */
  public String path() {
    return path;
  }

  public String host() {
    return host;
  }

  /** Each {@code name: value}, with names in lower case, without the host. */
  public List<String> fields() {
    return fields;
  }

  /** The first value of that name, or null. */
  public @Nullable String field(String name) {
    return AnyFields.first(fields, name);
  }

  /** What the step has read of the body. */
  public String bodyRead() {
    return body;
  }

  /** What the step has read of the trailers. */
  public List<String> trailers() {
    return trailers;
  }

  /** Waits for the end of the request, and returns its whole body. */
  public String body() throws IOException, InterruptedException {
    if (!isRead) {
      isRead = true;
      body = readBody();
      trailers = readTrailers();
    }
    return body;
  }

  boolean isRead() {
    return isRead;
  }

  abstract String readBody() throws IOException, InterruptedException;

  abstract List<String> readTrailers();

  /** Of a body of declared length: waits until its first so many bytes are there. */
  public abstract String awaitBody(int length) throws IOException, InterruptedException;

  /** Answers with that status and body, and its length. */
  public void respond(int status, String text, String... more)
      throws IOException, InterruptedException {
    var all = List.of(more).toArray(new String[more.length + 1]);
    all[more.length] = "content-length: " + text.length();
    head(status, all);
    if (!text.isEmpty()) {
      part(text);
    }
    end();
  }

  /** Sends a head that ends the response. */
  public abstract void onlyHead(int status, String... more) throws IOException;

  /** Sends a head; without a declared length the body has its version's own end. */
  public abstract void head(int status, String... more) throws IOException;

  /** Sends an interim response. */
  public abstract void interim(int status, String... more) throws IOException;

  /** Sends a part of the body. */
  public abstract void part(String text) throws IOException;

  /** Ends the response, with these trailers. */
  public abstract void end(String... newTrailers) throws IOException;

  /** Dies of the request: ends its connection or its stream in the middle. */
  public abstract void breakOff() throws IOException;

  /** Waits until the peer gives the request up. */
  public abstract void awaitCancel() throws IOException, InterruptedException;
}
