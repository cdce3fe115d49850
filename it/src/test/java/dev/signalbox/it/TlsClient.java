package dev.signalbox.it;

import dev.signalbox.testkit.Await;
import dev.signalbox.testkit.TestCertificate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** Real TLS clients: Java's, and OpenSSL's where the machine has it. */
enum TlsClient {
  JAVA {
    @Override
    String exchange(int port, TestCertificate root, String name, String request)
        throws IOException {
      try (var socket = connect(port, root, name)) {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
      }
    }
  },
  OPENSSL {
    @Override
    String exchange(int port, TestCertificate root, String name, String request)
        throws IOException {
      Path authority = Files.createTempFile("root", ".crt");
      try {
        Files.writeString(authority, root.certificatePem());
        var process =
            new ProcessBuilder(
                    "openssl",
                    "s_client",
                    "-quiet",
                    "-verify_return_error",
                    "-connect",
                    "127.0.0.1:" + port,
                    "-servername",
                    name,
                    "-CAfile",
                    authority.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        process.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        process.getOutputStream().flush();
        var response =
            new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        Await.until("the end of openssl", () -> !process.isAlive());
        return response;
      } finally {
        Files.delete(authority);
      }
    }
  };

  /** Sends a request that asks for the end of the connection, and reads to that end. */
  abstract String exchange(int port, TestCertificate root, String name, String request)
      throws IOException;

  /** Those that are there. */
  static Stream<TlsClient> all() {
    var path = System.getenv("PATH");
    boolean hasOpenSsl =
        path != null
            && Stream.of(path.split(":", -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "openssl")));
    return hasOpenSsl ? Stream.of(JAVA, OPENSSL) : Stream.of(JAVA);
  }

  static SSLSocket connect(int port, TestCertificate root, String name) {
    return connect(port, root.clientContext(), name);
  }

  static SSLSocket connect(int port, SSLContext context, String name) {
    try {
      var socket =
          (SSLSocket)
              context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
      socket.setSoTimeout((int) Await.PATIENCE.toMillis());
      var parameters = socket.getSSLParameters();
      parameters.setServerNames(List.of(new SNIHostName(name)));
      socket.setSSLParameters(parameters);
      return socket;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
