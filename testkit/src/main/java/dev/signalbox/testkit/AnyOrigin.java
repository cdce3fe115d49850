package dev.signalbox.testkit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * An origin of either version, told in the same words, for conversations that are the same with
 * both. All methods may be called by any thread.
 */
public final class AnyOrigin implements AutoCloseable {
  private static final int INTERNAL_ERROR = 2;

  private final List<AnyRequest> requests = new CopyOnWriteArrayList<>();
  private final Version version;
  private final @Nullable FakeOrigin h1;
  private final @Nullable H2Origin h2;
  private volatile AnyStep step;

  private AnyOrigin(Version version, AnyStep step) {
    this.version = version;
    this.step = step;
    this.h1 = version == Version.H1 ? FakeOrigin.start(this::playH1) : null;
    this.h2 = version == Version.H2 ? H2Origin.start(this::playH2, 3, 100) : null;
  }

  /** Starts on a free port of the loopback address. */
  public static AnyOrigin start(Version version, AnyStep step) {
    return new AnyOrigin(version, step);
  }

  public Version version() {
    return version;
  }

  /** As a configuration names it. */
  public String hostAndPort() {
    return h1 != null ? h1.hostAndPort() : h2().hostAndPort();
  }

  private H2Origin h2() {
    if (h2 == null) {
      throw new IllegalStateException("it speaks " + version);
    }
    return h2;
  }

  /** From now on, requests are answered by this step. */
  public void step(AnyStep newStep) {
    step = newStep;
  }

  /** The requests whose heads have arrived. */
  public List<AnyRequest> requests() {
    return List.copyOf(requests);
  }

  /** Waits until the heads of so many requests have arrived, and returns them. */
  public List<AnyRequest> awaitRequests(int count) {
    Await.until(count + " requests at the origin", () -> requests.size() >= count);
    return requests();
  }

  /** Dies: refuses new connections and resets all others. */
  public void kill() {
    if (h1 != null) {
      h1.kill();
    } else {
      h2().kill();
    }
  }

  /** Ends everything, and fails where a step has failed. */
  @Override
  public void close() {
    if (h1 != null) {
      h1.close();
    } else {
      h2().close();
    }
  }

  private void playH1(OriginConnection connection) throws IOException, InterruptedException {
    for (var head = connection.readHead(); head != null; head = connection.readHead()) {
      var request = new H1Request(connection, head);
      requests.add(request);
      step.play(request);
      if (connection.isClosed()) {
        return;
      }
      request.body(); // the next one is behind it
    }
  }

  private void playH2(H2OriginStream stream) throws IOException, InterruptedException {
    var request = new H2Request(stream);
    requests.add(request);
    step.play(request);
  }

  private static String known(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static final class H1Request extends AnyRequest {
    private final OriginConnection connection;
    private final String head;
    private String begun = ""; // of the body
    private List<String> readTrailers = List.of();
    private boolean isChunked; // the answer

    H1Request(OriginConnection connection, String head) {
      var words = head.substring(0, head.indexOf("\r\n")).split(" ", -1);
      var all = AnyFields.ofHead(head);
      super(
          words[0],
          words[1],
          known(AnyFields.first(all, "host")),
          all.stream().filter(field -> !field.startsWith("host: ")).toList());
      this.connection = connection;
      this.head = head;
    }

    @Override
    String readBody() throws IOException {
      if (begun.isEmpty()) {
        var read = connection.readBody(head);
        readTrailers = AnyFields.ofLines(read.trailers());
        return read.body();
      }
      int length = Integer.parseInt(known(field("content-length")));
      return begun + connection.read(length - begun.length());
    }

    @Override
    List<String> readTrailers() {
      return readTrailers;
    }

    @Override
    public String awaitBody(int length) throws IOException {
      begun += connection.read(length - begun.length());
      return begun;
    }

    private static String line(int status) {
      return "HTTP/1.1 " + status + " Scripted\r\n";
    }

    @Override
    public void onlyHead(int status, String... more) throws IOException {
      connection.send(line(status) + AnyFields.lines(more) + "\r\n");
    }

    @Override
    public void head(int status, String... more) throws IOException {
      isChunked = AnyFields.first(List.of(more), "content-length") == null;
      connection.send(
          line(status)
              + AnyFields.lines(more)
              + (isChunked ? "transfer-encoding: chunked\r\n\r\n" : "\r\n"));
    }

    @Override
    public void interim(int status, String... more) throws IOException {
      onlyHead(status, more);
    }

    @Override
    public void part(String text) throws IOException {
      connection.send(isChunked ? AnyFields.chunk(text) : text);
    }

    @Override
    public void end(String... newTrailers) throws IOException {
      if (isChunked) {
        connection.send("0\r\n" + AnyFields.lines(newTrailers) + "\r\n");
      }
    }

    @Override
    public void breakOff() {
      connection.close();
    }

    @Override
    public void awaitCancel() throws IOException {
      connection.awaitClosedByPeer();
    }
  }

  private static final class H2Request extends AnyRequest {
    private final H2OriginStream stream;

    H2Request(H2OriginStream stream) {
      super(
          known(stream.field(":method")),
          stream.path(),
          known(stream.field(":authority")),
          AnyFields.withoutPseudo(stream.fields()));
      this.stream = stream;
    }

    @Override
    String readBody() throws IOException, InterruptedException {
      stream.awaitEnd();
      return stream.body();
    }

    @Override
    List<String> readTrailers() {
      return stream.trailers();
    }

    @Override
    public String awaitBody(int length) throws IOException, InterruptedException {
      var begun = stream.body();
      while (begun.length() < length) {
        begun += stream.awaitBody(begun.length());
      }
      return begun;
    }

    private static String[] with(int status, String... more) {
      var all = new ArrayList<String>();
      all.add(":status: " + status);
      all.addAll(List.of(more));
      return all.toArray(String[]::new);
    }

    @Override
    public void onlyHead(int status, String... more) throws IOException {
      stream.fields(true, with(status, more));
    }

    @Override
    public void head(int status, String... more) throws IOException {
      stream.fields(false, with(status, more));
    }

    @Override
    public void interim(int status, String... more) throws IOException {
      stream.fields(false, with(status, more));
    }

    @Override
    public void part(String text) throws IOException {
      stream.data(text, false);
    }

    @Override
    public void end(String... newTrailers) throws IOException {
      if (newTrailers.length == 0) {
        stream.data("", true);
      } else {
        stream.fields(true, newTrailers);
      }
    }

    @Override
    public void breakOff() throws IOException {
      stream.reset(INTERNAL_ERROR);
    }

    @Override
    public void awaitCancel() throws IOException, InterruptedException {
      stream.awaitReset();
    }
  }
}
