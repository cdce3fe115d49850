package dev.signalbox.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ToyEndpointsTest {
  private final HttpClient client = HttpClient.newHttpClient();
  private ToyEndpoints toys;

  @BeforeEach
  void start() throws IOException {
    toys = ToyEndpoints.start(Duration.ZERO);
  }

  @AfterEach
  void stop() {
    client.close();
    toys.close();
  }

  @Test
  void theShopsSayWhoTheyAre() throws Exception {
    assertThat(get(toys.red(), "/").body()).contains("red");
    assertThat(get(toys.green(), "/").body()).contains("green");
    assertThat(get(toys.blue(), "/any/where?x=1").body()).contains("blue");
  }

  @Test
  void aBrowserGetsAPage() throws Exception {
    var page = send(toys.blue(), "/", request -> request.header("Accept", "text/html,*/*"));
    assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
    assertThat(page.body()).contains("background:blue");
  }

  @Test
  void theEchoTellsLineHeadersAndBody() throws Exception {
    var echo =
        send(
            toys.echo(),
            "/echo?a=1",
            request -> request.header("X-Hello", "you").POST(BodyPublishers.ofString("a body")));
    assertThat(echo.body())
        .contains("POST /echo?a=1 HTTP/1.1\n")
        .containsIgnoringCase("X-Hello: you\n")
        .endsWith("\na body\n");
  }

  @Test
  void theStreamIsChunkedAndHasTenScenes() throws Exception {
    var stream = get(toys.cinema(), "/stream");
    assertThat(stream.headers().firstValue("Transfer-Encoding")).hasValue("chunked");
    assertThat(stream.body()).startsWith("scene 1 of 10\n").endsWith("scene 10 of 10\n");
  }

  @Test
  void theSlowOneAnswersInTheEnd() throws Exception {
    assertThat(get(toys.cinema(), "/slow").body()).contains("projector");
  }

  @Test
  void headHasTheLengthButNoBody() throws Exception {
    var head = send(toys.red(), "/", HttpRequest.Builder::HEAD);
    assertThat(head.headers().firstValueAsLong("Content-Length")).hasValue(36);
    assertThat(head.body()).isEmpty();
  }

  private HttpResponse<String> get(String address, String path) throws Exception {
    return send(address, path, request -> request);
  }

  private HttpResponse<String> send(
      String address, String path, UnaryOperator<HttpRequest.Builder> with) throws Exception {
    var request = HttpRequest.newBuilder(URI.create("http://" + address + path));
    return client.send(with.apply(request).build(), BodyHandlers.ofString());
  }
}
