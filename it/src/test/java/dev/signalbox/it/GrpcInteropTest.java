package dev.signalbox.it;

import dev.signalbox.ServerConfig;
import dev.signalbox.Signalbox;
import dev.signalbox.testkit.TestCertificate;
import dev.signalbox.testkit.TestCertificate.Kind;
import io.grpc.ForwardingServerBuilder;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.testing.integration.AbstractInteropTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The interoperability cases of gRPC itself, by its own client and its own server: all those that
 * pass between the two directly.
 */
final class GrpcInteropTest {
  private static final String HOST = "grpc.example";

  /** What lies between the client and the server. */
  private enum Way {
    CLEARTEXT,
    TLS
  }

  /** One of the suite's cases. */
  private record Case(String name, Run run) {
    interface Run {
      void on(AbstractInteropTest suite) throws Exception;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static final Case[] CASES = {
    new Case("empty_unary", AbstractInteropTest::emptyUnary),
    new Case("large_unary", AbstractInteropTest::largeUnary),
    new Case("server_compressed_unary", AbstractInteropTest::serverCompressedUnary),
    new Case("server_streaming", AbstractInteropTest::serverStreaming),
    new Case("server_compressed_streaming", AbstractInteropTest::serverCompressedStreaming),
    new Case("client_streaming", AbstractInteropTest::clientStreaming),
    new Case("ping_pong", AbstractInteropTest::pingPong),
    new Case("empty_stream", AbstractInteropTest::emptyStream),
    new Case("cancel_after_begin", AbstractInteropTest::cancelAfterBegin),
    new Case("cancel_after_first_response", AbstractInteropTest::cancelAfterFirstResponse),
    new Case("full_duplex", AbstractInteropTest::fullDuplexCallShouldSucceed),
    new Case("half_duplex", AbstractInteropTest::halfDuplexCallShouldSucceed),
    new Case("flow_control", AbstractInteropTest::serverStreamingShouldBeFlowControlled),
    new Case("very_large_request", AbstractInteropTest::veryLargeRequest),
    new Case("very_large_response", AbstractInteropTest::veryLargeResponse),
    new Case("metadata_unary", AbstractInteropTest::exchangeMetadataUnaryCall),
    new Case("metadata_streaming", AbstractInteropTest::exchangeMetadataStreamingCall),
    new Case("custom_metadata", AbstractInteropTest::customMetadata),
    new Case("sends_timeout_header", AbstractInteropTest::sendsTimeoutHeader),
    new Case("deadline_not_exceeded", AbstractInteropTest::deadlineNotExceeded),
    new Case("deadline_exceeded", AbstractInteropTest::deadlineExceeded),
    new Case("deadline_streaming", AbstractInteropTest::deadlineExceededServerStreaming),
    new Case("timeout_on_sleeping_server", AbstractInteropTest::timeoutOnSleepingServer),
    new Case("status_code_and_message", AbstractInteropTest::statusCodeAndMessage),
    new Case("special_status_message", AbstractInteropTest::specialStatusMessage),
    new Case("unimplemented_method", AbstractInteropTest::unimplementedMethod),
    new Case("unimplemented_service", AbstractInteropTest::unimplementedService),
  };

  @TempDir static Path folder;
  private static TestCertificate root;
  private static String certificate;

  /** The suite over one of the ways, with its own server and Signalbox. */
  private static final class Suite extends AbstractInteropTest {
    private final Way way;
    private @Nullable Server server;
    private @Nullable Signalbox signalbox;

    Suite(Way way) {
      this.way = way;
    }

    @Override
    protected ServerBuilder<?> getServerBuilder() {
      var builder = NettyServerBuilder.forPort(0);
      builder.flowControlWindow(TEST_FLOW_CONTROL_WINDOW).maxInboundMessageSize(MAX_MESSAGE_SIZE);
      return new Listening(this, builder);
    }

    @Override
    protected ManagedChannelBuilder<?> createChannelBuilder() {
      var running = Signalbox.start(config(Objects.requireNonNull(server).getPort()));
      signalbox = running;
      int port = running.listeners().getFirst().port();
      var builder = NettyChannelBuilder.forAddress("127.0.0.1", port);
      if (way == Way.TLS) {
        builder.sslContext(trusting()).overrideAuthority(HOST);
      } else {
        builder.usePlaintext();
      }
      return builder
          .flowControlWindow(TEST_FLOW_CONTROL_WINDOW)
          .maxInboundMessageSize(MAX_MESSAGE_SIZE);
    }

    private static SslContext trusting() {
      try {
        return GrpcSslContexts.forClient().trustManager(root.certificate()).build();
      } catch (SSLException e) {
        throw new IllegalStateException(e);
      }
    }

    private ServerConfig config(int port) {
      var tls = way == Way.TLS ? ", tls: { certificates: [" + certificate + "] }" : "";
      return ServerConfig.read(
          "signalbox.yaml",
          """
          listeners: { web: { bind: "127.0.0.1:0"%s } }
          upstreams: { shop: { endpoints: ["127.0.0.1:%d"], protocol: h2 } }
          routes: [{ name: all, to: shop }]
          loops: 1
          """
              .formatted(tls, port),
          _ -> null);
    }

    @Override
    protected boolean metricsExpected() {
      return false;
    }

    void close() {
      tearDown();
      if (signalbox != null) {
        signalbox.close();
      }
    }
  }

  /** Remembers the server that is built: the suite keeps it to itself. */
  private static final class Listening extends ForwardingServerBuilder<Listening> {
    private final Suite suite;
    private final ServerBuilder<?> builder;

    Listening(Suite suite, ServerBuilder<?> builder) {
      this.suite = suite;
      this.builder = builder;
    }

    @Override
    protected ServerBuilder<?> delegate() {
      return builder;
    }

    @Override
    public Server build() {
      var built = builder.build();
      suite.server = built;
      return built;
    }
  }

  @BeforeAll
  static void makeCertificates() throws IOException {
    root = TestCertificate.authority("Test Root");
    certificate = root.issue(Kind.EC, HOST).write(folder, "grpc");
  }

  static Stream<Arguments> all() {
    return Stream.of(Way.values())
        .flatMap(way -> Stream.of(CASES).map(each -> Arguments.of(way, each)));
  }

  @ParameterizedTest(name = "{1}, {0}")
  @MethodSource("all")
  void whatPassesBetweenTheTwoPassesThroughUs(Way way, Case each) throws Exception {
    var suite = new Suite(way);
    try {
      suite.setUp();
      each.run().on(suite);
    } finally {
      suite.close();
    }
  }
}
