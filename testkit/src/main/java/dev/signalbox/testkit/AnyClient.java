package dev.signalbox.testkit;

import java.util.ArrayList;
import java.util.List;

/**
 * A client of either version, told in the same words, for conversations that are the same with
 * both. It asks for {@code shop.example}; calls at the same time take a stream or a connection of
 * their own each. Belongs to one thread at a time.
 */
public abstract class AnyClient implements AutoCloseable {
  AnyClient() {}

  /** Connects to a port on the loopback address; HTTP/2 with prior knowledge. */
  public static AnyClient of(Version version, int port) {
    return switch (version) {
      case H1 -> new OverH1(port);
      case H2 -> new OverH2(port);
    };
  }

  /**
   * Sends a head that a body follows.
   *
   * @param fields each {@code name: value}, in lower case
   */
  public abstract AnyCall begin(String method, String path, String... fields);

  /** Sends a whole request, whose body, if there is one, has a declared length. */
  public abstract AnyCall send(String method, String path, String body, String... fields);

  /** Sends a GET. */
  public AnyCall get(String path, String... fields) {
    return send("GET", path, "", fields);
  }

  /** Sends a whole request, and waits for the response. */
  public AnyResponse exchange(String method, String path, String body, String... fields) {
    return send(method, path, body, fields).await();
  }

  @Override
  public abstract void close();

  private static boolean declaresLength(String... fields) {
    return List.of(fields).stream().anyMatch(field -> field.startsWith("content-length: "));
  }

  // --- HTTP/1.1: a connection for each of the calls that are under way ---

  private static final class OverH1 extends AnyClient {
    private final int port;
    private final List<H1Call> calls = new ArrayList<>();

    OverH1(int port) {
      this.port = port;
    }

    private H1Call call(String method, boolean isChunked) {
      for (var earlier : calls) {
        if (earlier.isDone) {
          earlier.isDone = false;
          var call = new H1Call(earlier.client, method, isChunked);
          calls.set(calls.indexOf(earlier), call);
          return call;
        }
      }
      var call = new H1Call(RawHttp1Client.connect(port), method, isChunked);
      calls.add(call);
      return call;
    }

    @Override
    public AnyCall begin(String method, String path, String... fields) {
      boolean isChunked = !declaresLength(fields);
      var call = call(method, isChunked);
      call.client.send(
          head(method, path, fields) + (isChunked ? "transfer-encoding: chunked\r\n\r\n" : "\r\n"));
      return call;
    }

    @Override
    public AnyCall send(String method, String path, String body, String... fields) {
      var call = call(method, false);
      boolean hasLength = !body.isEmpty() || method.equals("POST") || method.equals("PUT");
      call.client.send(
          head(method, path, fields)
              + (hasLength ? "content-length: " + body.length() + "\r\n\r\n" : "\r\n")
              + body);
      return call;
    }

    private static String head(String method, String path, String... fields) {
      return method + " " + path + " HTTP/1.1\r\nhost: shop.example\r\n" + AnyFields.lines(fields);
    }

    @Override
    public void close() {
      calls.forEach(call -> call.client.close());
    }
  }

  private static final class H1Call implements AnyCall {
    private final RawHttp1Client client;
    private final String method;
    private final boolean isChunked;
    private boolean isDone; // the connection is free for another

    H1Call(RawHttp1Client client, String method, boolean isChunked) {
      this.client = client;
      this.method = method;
      this.isChunked = isChunked;
    }

    @Override
    public void part(String text) {
      client.send(isChunked ? AnyFields.chunk(text) : text);
    }

    @Override
    public void end(String... trailers) {
      if (isChunked) {
        client.send("0\r\n" + AnyFields.lines(trailers) + "\r\n");
      }
    }

    @Override
    public AnyResponse await() {
      var response = client.readResponse(method);
      isDone = !"close".equals(response.header("Connection"));
      return new AnyResponse(
          response.status(),
          AnyFields.ofHead(response.head()),
          response.body(),
          AnyFields.ofLines(response.trailers()),
          response.interim().stream().map(RawResponse::status).toList());
    }

    @Override
    public AnyResponse awaitHead() {
      var head = client.readHead();
      return new AnyResponse(
          RawResponse.status(head), AnyFields.ofHead(head), "", List.of(), List.of());
    }

    @Override
    public String awaitBody(int length) {
      return client.read(length);
    }

    @Override
    public void awaitBreak() {
      var all = client.readUntilClose();
      int body = all.indexOf("\r\n\r\n") + 4;
      var length = AnyFields.first(AnyFields.ofHead(all.substring(0, body)), "content-length");
      boolean isWhole =
          length == null
              ? all.endsWith("0\r\n\r\n")
              : all.length() - body >= Integer.parseInt(length);
      if (isWhole) {
        throw new AssertionError("expected a broken response, received " + Bytes.visible(all));
      }
    }

    @Override
    public void cancel() {
      client.reset();
    }
  }

  // --- HTTP/2: one connection ---

  private static final class OverH2 extends AnyClient {
    private final RawH2Client client;

    OverH2(int port) {
      client = RawH2Client.connect(port);
    }

    @Override
    public AnyCall begin(String method, String path, String... fields) {
      return new H2Call(client, client.request(false, head(method, path, fields)));
    }

    @Override
    public AnyCall send(String method, String path, String body, String... fields) {
      var head = head(method, path, fields);
      if (body.isEmpty()) {
        return new H2Call(client, client.request(true, head));
      }
      var withLength = List.of(head).toArray(new String[head.length + 1]);
      withLength[head.length] = "content-length: " + body.length();
      int stream = client.request(false, withLength);
      client.data(stream, body, true);
      return new H2Call(client, stream);
    }

    private static String[] head(String method, String path, String... fields) {
      var all =
          new ArrayList<>(
              List.of(
                  ":method: " + method,
                  ":scheme: http",
                  ":authority: shop.example",
                  ":path: " + path));
      all.addAll(List.of(fields));
      return all.toArray(String[]::new);
    }

    @Override
    public void close() {
      client.close();
    }
  }

  private record H2Call(RawH2Client client, int stream) implements AnyCall {
    @Override
    public void part(String text) {
      client.data(stream, text, false);
    }

    @Override
    public void end(String... trailers) {
      if (trailers.length == 0) {
        client.data(stream, "", true);
      } else {
        client.fields(stream, true, trailers);
      }
    }

    @Override
    public AnyResponse await() {
      var response = client.await(stream);
      // RFC 9113 §8.1: with NO_ERROR the rest of the request is not wanted, and all is well.
      if (response.reset() != null && (response.reset() != 0 || response.fields().isEmpty())) {
        throw new AssertionError("stream " + stream + " was reset: " + response);
      }
      return of(response);
    }

    private static AnyResponse of(RawH2Client.Response response) {
      return new AnyResponse(
          response.status(),
          AnyFields.withoutPseudo(response.fields()),
          response.body(),
          response.trailers(),
          response.interim().stream()
              .filter(field -> field.startsWith(":status: "))
              .map(field -> Integer.parseInt(field.substring(":status: ".length())))
              .toList());
    }

    @Override
    public AnyResponse awaitHead() {
      return of(client.awaitHead(stream));
    }

    @Override
    public String awaitBody(int length) {
      return client.awaitBody(stream, length).substring(0, length);
    }

    @Override
    public void awaitBreak() {
      var response = client.await(stream);
      if (response.reset() == null) {
        throw new AssertionError("expected a broken response, received " + response);
      }
    }

    @Override
    public void cancel() {
      client.reset(stream);
    }
  }
}
