package dev.signalbox.http.h2;

import dev.signalbox.http.Ascii;
import dev.signalbox.http.ClientConnection;
import dev.signalbox.http.ClientStream;
import dev.signalbox.http.Failure;
import dev.signalbox.http.Headers;
import dev.signalbox.http.KnownHeader;
import dev.signalbox.http.Method;
import dev.signalbox.http.RequestHead;
import dev.signalbox.http.ResponseEvents;
import dev.signalbox.http.ResponseLimits;
import dev.signalbox.net.Connection;
import dev.signalbox.net.TimerWheel;
import dev.signalbox.net.tls.TlsConnection;
import java.io.IOException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of one HTTP/2 connection: many exchanges at a time. Runs on its connection's
 * loop. A request that is given up costs its stream, never the connection.
 *
 * <p>Its timer closes it while it is idle; while it is in use it asks an endpoint that has been
 * silent whether it lives.
 */
public final class H2ClientConnection extends TimerWheel.Timer implements ClientConnection, H2Side {
  /**
   * What its owner wants of it.
   *
   * @param streams how many exchanges at a time, if the endpoint takes as many
   * @param maxAgeNanos how long it takes new ones; 0 for ever
   * @param pingNanos how long an endpoint may be silent before it is asked; 0 for ever
   */
  public record Settings(int streams, long maxAgeNanos, long pingNanos) {}

  /** Who gives the connection its exchanges. */
  public interface Owner {
    /**
     * It may have room for another exchange.
     *
     * @param streams how many it carries at most
     */
    void onRoom(H2ClientConnection connection, int streams);

    /** It carries nothing now. */
    void onIdle(H2ClientConnection connection);

    /**
     * It takes no more exchanges; it closes when the last is complete.
     *
     * @param isDead whether it broke: others to the same endpoint may be broken too
     */
    void onLeaving(H2ClientConnection connection, boolean isDead);

    /** It is closed. Comes once, and last. */
    void onClosed(H2ClientConnection connection);
  }

  /** What an endpoint may send ahead on one stream: two reads of ours. */
  private static final int STREAM_WINDOW = 256 * 1024;

  private static final int MOST_CONTROLS = 1000; // frames without content in ten seconds
  private static final long ACK_NANOS = 10_000_000_000L;
  private static final long LAST_WORDS_NANOS = 5_000_000_000L;
  private static final byte[] GRPC = Ascii.bytes("application/grpc");
  private static final int MOST_QUESTIONS = 3;
  private static final long LONG_SILENCE_NANOS = 310_000_000_000L;
  private static final int LAST_STREAM = Integer.MAX_VALUE - 2;

  private final H2Loop h2;
  private final H2Core core;
  private final String endpoint;
  private final ResponseLimits limits;
  private final Settings settings;
  private final Owner owner;
  private final boolean isSecure;
  private final long openedNanos;
  private final int expected;
  private final ResponseFields fields = new ResponseFields();
  private final Headers trailers = new Headers();

  private final ArrayDeque<H2ClientUpgrade> upgrades = new ArrayDeque<>();

  private int lastStream;
  private boolean isReused;
  private boolean isLeaving;
  private boolean isDoubtful; // whether it lives is being asked; until then it takes nothing
  private boolean hasRead; // since the timer was looked at
  private boolean isAsked;
  private boolean carriesGrpc;
  private int asked; // how often, since the endpoint last said anything of its own
  private boolean isClosing;

  /**
   * @param expected how many exchanges it takes before its endpoint has said how many
   */
  public H2ClientConnection(
      H2Loop h2,
      Connection connection,
      String endpoint,
      ResponseLimits limits,
      Settings settings,
      int expected,
      Owner owner) {
    this.h2 = h2;
    this.endpoint = endpoint;
    this.limits = limits;
    this.settings = settings;
    this.expected = Math.min(Math.max(expected, 1), settings.streams());
    this.owner = owner;
    this.isSecure = connection instanceof TlsConnection;
    this.openedNanos = h2.loop().nanoTime();
    this.core = new H2Core(h2, connection, isSecure, toCore(), false, this);
  }

  private H2Settings toCore() {
    int list = (int) Math.min(mostList(), Integer.MAX_VALUE);
    long window = (long) settings.streams() * STREAM_WINDOW;
    return new H2Settings(
        0,
        STREAM_WINDOW,
        (int) Math.min(window, Integer.MAX_VALUE), // so that no slow client stops another's answer
        list,
        list,
        8 + list / 4096,
        Integer.MAX_VALUE, // it can reset no more than we open
        MOST_CONTROLS,
        ACK_NANOS);
  }

  /** What the list of a response's fields may count: 32 for each beyond its bytes. */
  long mostList() {
    return limits.head() + (limits.headers() + 1L) * DynamicTable.ENTRY;
  }

  /** Sends the preface, and begins to read. */
  public void start() {
    core.start();
  }

  @Override
  public boolean isReused() {
    return isReused;
  }

  /** How many exchanges it carries. */
  public int streams() {
    return core.streams().size();
  }

  public boolean isIdle() {
    return core.streams().size() == 0;
  }

  /** Whether the endpoint has said how many exchanges it takes. */
  public boolean isSettled() {
    return core.hasSettings();
  }

  /** Whether it can carry another exchange now. */
  public boolean hasRoom() {
    return !isLeaving && !isDoubtful && !core.isOver() && streams() < most();
  }

  private int most() {
    return core.hasSettings() ? Math.min(settings.streams(), core.peerMaxStreams()) : expected;
  }

  @Override
  public ClientStream open(
      RequestHead head, byte[] authority, Patience patience, ResponseEvents events) {
    if (!carriesGrpc) {
      Headers fields = head.headers();
      int type = fields.find(KnownHeader.CONTENT_TYPE);
      carriesGrpc =
          type >= 0
              && fields.valueEnd(type) - fields.valueStart(type) >= GRPC.length
              && Ascii.equalsIgnoreCase(
                  fields.bytes(),
                  fields.valueStart(type),
                  fields.valueStart(type) + GRPC.length,
                  GRPC);
    }
    if (!head.hasUpgrade()) {
      return begin(head, authority, patience, events);
    }
    var upgrade = new H2ClientUpgrade(this, head, authority, patience, events);
    if (!core.hasSettings()) {
      upgrades.add(upgrade);
      upgrade.waitForSettings();
    } else {
      begin(upgrade);
    }
    return upgrade;
  }

  private void begin(H2ClientUpgrade upgrade) {
    if (core.takesConnectProtocol()) {
      upgrade.begin();
    } else {
      upgrade.fail(
          new Failure.Unsupported(
              endpoint,
              "takes no WebSocket, nor another switch of protocols, over HTTP/2: its settings lack"
                  + " ENABLE_CONNECT_PROTOCOL (RFC 8441); it may take them on an upstream with"
                  + " protocol: h1"));
    }
  }

  /** Nobody waits for it any more. */
  void forget(H2ClientUpgrade upgrade) {
    upgrades.remove(upgrade);
  }

  private void failUpgrades(Failure why) {
    for (var upgrade = upgrades.poll(); upgrade != null; upgrade = upgrades.poll()) {
      upgrade.fail(why);
    }
  }

  /** Sends a request. */
  ClientStream begin(RequestHead head, byte[] authority, Patience patience, ResponseEvents events) {
    assert hasRoom();
    if (isIdle()) {
      watch();
    }
    lastStream = core.takeStreamId();
    boolean isToHead = head.method() == Method.HEAD;
    var opened = new H2ClientStream(this, core, lastStream, patience, events, isToHead);
    core.open(opened);
    opened.sendHead(head, authority);
    boolean isOld =
        settings.maxAgeNanos() > 0
            && h2.loop().coarseNanoTime() - openedNanos > settings.maxAgeNanos();
    if (isOld || lastStream >= LAST_STREAM) { // RFC 9113 §5.1.1: the numbers have an end
      retire();
    }
    return opened;
  }

  /** Takes no more exchanges, and closes when the last is complete. */
  public void retire() {
    leave(false);
    if (isIdle()) {
      close();
    }
  }

  private void leave(boolean isDead) {
    if (!isLeaving) {
      isLeaving = true;
      owner.onLeaving(this, isDead);
    }
  }

  /** Takes nothing until the endpoint has shown that it lives. */
  public void doubt() {
    if (!isDoubtful && !core.isOver()) {
      isDoubtful = true;
      core.ping(lastStream);
    }
  }

  /** Closes an idle connection. */
  public void close() {
    if (!isClosing) {
      isClosing = true;
      leave(false);
      core.goAway(0, ErrorCode.NO_ERROR, "");
      closeSoon();
    }
  }

  /** Closes behind what was said last, if the endpoint takes it. */
  private void closeSoon() {
    h2.loop().arm(this, LAST_WORDS_NANOS);
    core.flushNow();
    core.connection().closeAfterFlush();
  }

  /** Arms the timer that, while the connection is idle, closes it. */
  public void closeIdleAfter(long nanos) {
    h2.loop().arm(this, nanos);
  }

  private void watch() {
    hasRead = true;
    isAsked = false;
    if (settings.pingNanos() > 0) {
      h2.loop().arm(this, settings.pingNanos());
    } else {
      h2.loop().cancel(this);
    }
  }

  @Override
  protected void onTimeout() {
    if (isClosing) {
      core.connection().close();
      return;
    }
    if (isIdle()) {
      close();
      return;
    }
    if (hasRead) {
      hasRead = false;
      isAsked = false;
    } else if (isAsked) {
      die("does not answer whether it lives");
      return;
    } else {
      isAsked = true;
      asked++;
      core.ping(lastStream);
    }
    h2.loop().arm(this, isAsked ? settings.pingNanos() : untilNextQuestion());
  }

  /** Servers of gRPC take more than three questions in five minutes of silence for abuse. */
  private long untilNextQuestion() {
    return !carriesGrpc || asked < MOST_QUESTIONS
        ? settings.pingNanos()
        : Math.max(settings.pingNanos(), LONG_SILENCE_NANOS);
  }

  /** The endpoint has sent a head or data: what was asked before does not count any more. */
  void heard() {
    asked = 0;
  }

  // --- what the streams use ---

  H2Loop h2() {
    return h2;
  }

  String endpoint() {
    return endpoint;
  }

  ResponseLimits limits() {
    return limits;
  }

  boolean isSecure() {
    return isSecure;
  }

  ResponseFields fields() {
    return fields;
  }

  /** Room for one message's trailers. */
  Headers trailers() {
    trailers.clear();
    return trailers;
  }

  void onAnswer() {
    isReused = true;
  }

  // --- what the core tells ---

  @Override
  public void onHeaders(
      int streamId,
      @Nullable H2Stream stream,
      byte[] block,
      int start,
      int end,
      boolean isEndStream) {
    if (stream instanceof H2ClientStream ours) {
      ours.onHeaders(block, start, end, isEndStream);
    } else {
      var _ = core.skip(block, start, end);
    }
  }

  @Override
  public void onPriorityUpdate(int streamId, byte[] bytes, int start, int end) {} // servers only

  @Override
  public void onPong(long data) {} // that it came is all that matters

  @Override
  public void onGoAway(int lastStreamId, int code, String reason) {
    leave(false);
    String why =
        "takes no more requests here: "
            + ErrorCode.name(code)
            + (reason.isEmpty() ? "" : ", " + printable(reason));
    for (H2Stream each : core.streams().all()) {
      if (each.id() > lastStreamId && each instanceof H2ClientStream ours) {
        core.reset(ours, ErrorCode.CANCEL); // whoever answers it after all harms nobody
        ours.fail(new Failure.UpstreamRefused(endpoint, why, true)); // RFC 9113 §6.8
      }
    }
    if (isIdle()) {
      close();
    }
  }

  /** For logs: what a peer says may hold anything. */
  private static String printable(String text) {
    return text.substring(0, Math.min(text.length(), 100)).replaceAll("[^ -~]", "?");
  }

  @Override
  public void onPeerSettings() {
    for (var upgrade = upgrades.poll(); upgrade != null; upgrade = upgrades.poll()) {
      begin(upgrade);
    }
    owner.onRoom(this, Math.max(1, most()));
  }

  @Override
  public void onStreamEnd(H2Stream stream) {
    if (isClosing || core.isOver()) {
      return;
    }
    if (!isIdle()) {
      if (!isLeaving) {
        owner.onRoom(this, Math.max(1, most()));
      }
    } else if (isLeaving) {
      close();
    } else {
      h2.loop().cancel(this); // nobody waits for the endpoint now
      owner.onIdle(this);
    }
  }

  @Override
  public void onReadDone() {
    hasRead = true;
    if (isDoubtful) {
      isDoubtful = false;
      if (!isLeaving) {
        owner.onRoom(this, Math.max(1, most()));
      }
    }
  }

  @Override
  public void onInputClosed() {
    die("closed the connection");
  }

  @Override
  public void onBroken(int code, String reason) {
    isClosing = true;
    leave(false);
    failAll(new Failure.BadResponse(endpoint, reason));
    closeSoon();
  }

  /** It can't be used any more, and its endpoint needs to be told nothing. */
  private void die(String reason) {
    isClosing = true;
    leave(!isIdle());
    endAll(reason);
    core.connection().close();
  }

  @Override
  public void onClosed(@Nullable IOException cause) {
    boolean wasClosing = isClosing;
    isClosing = true;
    leave(!wasClosing && !isIdle());
    endAll(cause == null ? "closed the connection" : String.valueOf(cause.getMessage()));
    h2.loop().remove(this);
    owner.onClosed(this);
  }

  private void endAll(String reason) {
    failUpgrades(new Failure.UpstreamReset(endpoint, reason, isReused, false, false));
    for (H2Stream each : core.streams().all()) {
      if (each instanceof H2ClientStream ours && !ours.isKept()) { // else it is complete
        core.close(ours);
        ours.fail(
            new Failure.UpstreamReset(
                endpoint, reason, isReused, ours.wasSent(), ours.hasAnswered()));
      }
    }
  }

  private void failAll(Failure why) {
    failUpgrades(why);
    for (H2Stream each : core.streams().all()) {
      if (each instanceof H2ClientStream ours && !ours.isKept()) {
        core.close(ours);
        ours.fail(why);
      }
    }
  }
}
