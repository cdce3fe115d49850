package dev.signalbox.cli;

import dev.signalbox.config.Address;
import dev.signalbox.config.DurationText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks a running Signalbox at its address for operators. One request, one connection; blocks, but
 * not for long. What is at that address may be anything, so nothing it says is taken on trust.
 */
final class RunningServer {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int LONGEST = 64 << 20;

  /**
   * What it answered.
   *
   * @param findings how many things somebody should look after; -1 where it does not say
   */
  record Answer(int status, int findings, String body) {}

  private RunningServer() {}

  /**
   * Asks.
   *
   * @param address with a host that can be connected to
   * @throws IOException if there is no answer; the message says why in plain words
   */
  static Answer ask(Address address, String path, String accept) throws IOException {
    return ask(address, path, accept, PATIENCE);
  }

  static Answer ask(Address address, String path, String accept, Duration patience)
      throws IOException {
    String request =
        "GET "
            + path
            + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAccept: "
            + accept
            + "\r\n\r\n";
    var isOver = new CountDownLatch(1);
    try (var channel = open(address)) {
      Thread.ofVirtual().start(() -> closeLater(channel, isOver, patience));
      connect(channel, address);
      channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
      return answer(readAll(channel));
    } catch (ClosedChannelException e) {
      throw new IOException("no answer within " + DurationText.text(patience), e);
    } finally {
      isOver.countDown();
    }
  }

  private static SocketChannel open(Address address) throws IOException {
    return switch (address) {
      case Address.Tcp _ -> SocketChannel.open();
      case Address.Unix _ -> SocketChannel.open(StandardProtocolFamily.UNIX);
    };
  }

  /** Breaks off whatever takes too long: neither connecting nor reading has a time limit here. */
  private static void closeLater(SocketChannel channel, CountDownLatch isOver, Duration patience) {
    try {
      if (!isOver.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        channel.close();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void connect(SocketChannel channel, Address address) throws IOException {
    if (address instanceof Address.Unix(String path) && Files.notExists(Path.of(path))) {
      throw new IOException("nobody listens there");
    }
    try {
      channel.connect(resolved(address));
    } catch (ConnectException e) {
      throw new IOException("nobody listens there", e);
    }
  }

  private static SocketAddress resolved(Address address) throws IOException {
    return switch (address) {
      case Address.Unix(String path) -> UnixDomainSocketAddress.of(path);
      case Address.Tcp(String host, int port) -> {
        var resolved = new InetSocketAddress(host, port);
        if (resolved.isUnresolved()) {
          throw new UnknownHostException("the host has no address");
        }
        yield resolved;
      }
    };
  }

  private static byte[] readAll(SocketChannel channel) throws IOException {
    var all = new ByteArrayOutputStream();
    var buffer = ByteBuffer.allocate(1 << 16);
    while (channel.read(buffer) >= 0) {
      all.write(buffer.array(), 0, buffer.position());
      buffer.clear();
      if (all.size() > LONGEST) {
        throw new IOException("its answer is longer than any of a Signalbox");
      }
    }
    return all.toByteArray();
  }

  private static Answer answer(byte[] response) throws IOException {
    var text = new String(response, StandardCharsets.UTF_8);
    int headEnd = text.indexOf("\r\n\r\n");
    if (!text.startsWith("HTTP/1.1 ") || headEnd < 0) {
      throw new IOException("what listens there does not speak HTTP");
    }
    var head = text.substring(0, headEnd);
    var body = text.substring(headEnd + 4);
    int length = number(field(head, "content-length"));
    if (length != body.getBytes(StandardCharsets.UTF_8).length) {
      throw new IOException("its answer broke off");
    }
    int status = number(head.substring("HTTP/1.1 ".length()).split("[ \r]", 2)[0]);
    return new Answer(status, number(field(head, "signalbox-findings")), body);
  }

  private static @Nullable String field(String head, String lowerName) {
    return head.lines()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(lowerName + ":"))
        .map(line -> line.substring(lowerName.length() + 1).strip())
        .findFirst()
        .orElse(null);
  }

  private static int number(@Nullable String text) {
    return text != null && text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : -1;
  }
}
