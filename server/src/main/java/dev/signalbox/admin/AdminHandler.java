package dev.signalbox.admin;

import dev.signalbox.http.DownstreamConnection;
import dev.signalbox.http.Failure;
import dev.signalbox.http.Method;
import dev.signalbox.http.RequestHead;
import dev.signalbox.http.ServerStream;
import dev.signalbox.http.StreamHandler;
import dev.signalbox.net.Loop;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers operators: {@code /metrics} and {@code /status}, to be read and no more. Stands behind a
 * listener as the proxy does, so that how requests are read and what they may cost is said once.
 *
 * <p>Refuses on the stream's loop. What takes a while, or a lock, is done on a virtual thread,
 * which hands the finished content back to the loop.
 */
public final class AdminHandler implements StreamHandler {
  /** How many things somebody should look after, so that no client has to read the body for it. */
  public static final String FINDINGS = "Signalbox-Findings";

  private static final Logger LOG = LoggerFactory.getLogger(AdminHandler.class);

  private final AdminConfig config;
  private final Supplier<Status> status;

  /** Written by control, once the address is bound. Requests that are earlier know no host. */
  private volatile @Nullable KnownHosts hosts;

  /**
   * @param status what there is to tell now; asked from any thread
   */
  public AdminHandler(AdminConfig config, Supplier<Status> status) {
    this.config = config;
    this.status = status;
  }

  /**
   * The address is bound.
   *
   * @return whether only this machine can connect to it
   */
  public boolean onBound(SocketAddress address) {
    hosts = KnownHosts.of(config, address);
    return KnownHosts.isForThisMachine(address);
  }

  /** What can be asked for. */
  private enum Page {
    METRICS,
    STATUS,
    STATUS_TEXT
  }

  @Override
  public void onRequest(ServerStream stream, RequestHead head) {
    var reply = new Reply(stream);
    stream.events(reply);
    Content refusal = refusal(head);
    if (refusal != null) {
      reply.send(refusal);
      return;
    }
    Page page = page(head);
    if (page == null) {
      reply.send(Content.refusal(404, "there are /metrics and /status"));
      return;
    }
    Loop loop = stream.loop();
    Thread.ofVirtual().name("admin").start(() -> answer(page, reply, loop));
  }

  private @Nullable Content refusal(RequestHead head) {
    KnownHosts known = hosts;
    if (known == null || !known.knows(head.hostText())) {
      return Content.refusal(
          403,
          "the host \""
              + head.hostText()
              + "\" is none of this address's; ask for localhost, or add the name to admin: hosts");
    }
    if (head.method() != Method.GET && head.method() != Method.HEAD) {
      return Content.refusal(405, "GET and HEAD only").with("Allow", "GET, HEAD");
    }
    return null;
  }

  private static @Nullable Page page(RequestHead head) {
    return switch (head.pathText()) {
      case "/metrics" -> Page.METRICS;
      case "/status" -> wantsText(head) ? Page.STATUS_TEXT : Page.STATUS;
      default -> null;
    };
  }

  /** Whoever wants the text for people says so, as {@code signalbox status} does. */
  private static boolean wantsText(RequestHead head) {
    var accept = head.headers().get("accept");
    return accept != null && accept.startsWith("text/plain");
  }

  private void answer(Page page, Reply reply, Loop loop) {
    Content content;
    try {
      content = content(page, status.get());
    } catch (RuntimeException e) {
      LOG.error("admin: {} can't be told, which is a bug in Signalbox; it runs on", page, e);
      content = Content.refusal(500, "this is a bug in Signalbox; its log says more");
    }
    Content made = content;
    try {
      loop.execute(() -> reply.send(made));
    } catch (RejectedExecutionException _) {
      // the loop has ended, and the connection with it
    }
  }

  private static Content content(Page page, Status now) {
    return switch (page) {
      case METRICS -> Content.of(Metrics.CONTENT_TYPE, Metrics.of(now));
      case STATUS -> status(Content.JSON, StatusJson.of(now), now);
      case STATUS_TEXT -> status(Content.TEXT, StatusText.of(now), now);
    };
  }

  private static Content status(String type, String text, Status now) {
    return Content.of(type, text.getBytes(StandardCharsets.UTF_8))
        .with(FINDINGS, Integer.toString(now.findings().size()));
  }

  @Override
  public void onRefused(DownstreamConnection connection, Failure why) {}
}
