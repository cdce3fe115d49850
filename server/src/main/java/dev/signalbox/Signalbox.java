package dev.signalbox;

import dev.signalbox.admin.AdminConfig;
import dev.signalbox.admin.AdminHandler;
import dev.signalbox.http.StreamHandler;
import dev.signalbox.http.h1.H1Loop;
import dev.signalbox.http.h2.H2Loop;
import dev.signalbox.listener.Listener;
import dev.signalbox.listener.ListenerConfig;
import dev.signalbox.net.Loops;
import dev.signalbox.net.Transport;
import dev.signalbox.net.tls.TlsServer;
import dev.signalbox.proxy.Mirroring;
import dev.signalbox.proxy.Proxy;
import dev.signalbox.route.Split;
import dev.signalbox.upstream.Upstream;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One running load balancer. Started, drained and closed by control; the loops do the rest. */
public final class Signalbox implements AutoCloseable {
  /**
   * A listener as it was really bound.
   *
   * @param port 0 for a unix-domain socket
   */
  public record Bound(String name, String address, int port) {
    static Bound of(Listener listener) {
      SocketAddress address = listener.localAddress();
      return address instanceof InetSocketAddress inet
          ? new Bound(listener.name(), NetUtil.toSocketAddressString(inet), inet.getPort())
          : new Bound(listener.name(), "unix:" + address, 0);
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(Signalbox.class);
  private static final Duration ABORT = Duration.ofSeconds(1);
  private static final Duration A_MOMENT = Duration.ofMillis(1);

  private final Loops loops;
  private final Snapshot snapshot;
  private final List<Listener> listeners;
  private final @Nullable Listener admin;
  private boolean isClosed;

  private Signalbox(
      Loops loops, Snapshot snapshot, List<Listener> listeners, @Nullable Listener admin) {
    this.loops = loops;
    this.snapshot = snapshot;
    this.listeners = List.copyOf(listeners);
    this.admin = admin;
  }

  /**
   * Starts one.
   *
   * @throws StartupException if it can't: an address is taken, a host is not known
   */
  public static Signalbox start(ServerConfig config) {
    Loops loops;
    try {
      loops = Loops.start(config.loops());
    } catch (IllegalStateException e) {
      throw new StartupException(String.valueOf(e.getMessage()), e);
    }
    var bound = new ArrayList<Listener>();
    Snapshot snapshot = null;
    try {
      List<H1Loop> h1 = loops.all().stream().map(H1Loop::new).toList();
      List<H2Loop> h2 = loops.all().stream().map(H2Loop::new).toList();
      snapshot = new SnapshotBuilder(loops, h1, h2).build(config);
      var proxy = new Proxy(snapshot.routing(), loops.all().size(), new SplittableRandom());
      for (ListenerConfig listener : config.listeners()) {
        bound.add(bind("listener " + listener.name(), listener, loops, h1, h2, proxy));
      }
      AdminConfig admin = config.admin();
      return new Signalbox(
          loops,
          snapshot,
          bound,
          admin == null ? null : open(admin, new AdminDoor(loops, snapshot, bound), h1, h2));
    } catch (StartupException e) {
      bound.forEach(Listener::drain);
      loops.close();
      bound.forEach(Listener::release);
      if (snapshot != null) {
        snapshot.upstreams().values().forEach(Upstream::release);
      }
      throw e;
    }
  }

  private static Listener open(
      AdminConfig config, AdminDoor door, List<H1Loop> h1, List<H2Loop> h2) {
    var handler = new AdminHandler(config, door::status);
    Listener listener = bind("admin", AdminDoor.listener(config), door.loops(), h1, h2, handler);
    if (!handler.onBound(listener.localAddress())) {
      LOG.warn(
          "admin: OTHER MACHINES CAN CONNECT TO {}, and nobody is asked who they are: whoever does"
              + " sees addresses, certificates and load (bind it to 127.0.0.1, or let a firewall"
              + " choose)",
          Bound.of(listener).address());
    }
    return listener;
  }

  private static Listener bind(
      String who,
      ListenerConfig config,
      Loops loops,
      List<H1Loop> h1,
      List<H2Loop> h2,
      StreamHandler handler) {
    try {
      return Listener.bind(config, loops, h1, h2, handler);
    } catch (Listener.CertificatesException e) {
      throw new StartupException(who + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new StartupException(who + ": can't bind " + config.bind() + ": " + advice(e), e);
    }
  }

  private static String advice(IOException cause) {
    String reason = String.valueOf(cause.getMessage());
    String lower = reason.toLowerCase(Locale.ROOT);
    if (lower.contains("in use")) {
      return "it is in use; stop what listens there, or bind another port";
    }
    if (lower.contains("permission denied")) {
      return "permission denied; take a port from 1024 up, or allow it (setcap"
          + " cap_net_bind_service=+ep on java, or AmbientCapabilities= in systemd)";
    }
    if (lower.contains("assign requested address")) {
      return "this machine has no such address; bind one that it has, or all with `:port`";
    }
    return reason;
  }

  /** The listeners as they are bound. */
  public List<Bound> listeners() {
    return listeners.stream().map(Bound::of).toList();
  }

  /** The address for operators as it was bound, or null where there is none. */
  public @Nullable Bound admin() {
    return admin == null ? null : Bound.of(admin);
  }

  /** The certificates that listeners show now, by the listeners' names. */
  public Map<String, List<TlsServer.Certificate>> certificates() {
    var all = new LinkedHashMap<String, List<TlsServer.Certificate>>();
    listeners.forEach(listener -> all.put(listener.name(), listener.certificates()));
    return all;
  }

  /** The transport in use. */
  public Transport transport() {
    return loops.transport();
  }

  /** How many event loops there are. */
  public int loops() {
    return loops.all().size();
  }

  /** Open downstream connections on all listeners. */
  public int connections() {
    return listeners.stream().mapToInt(Listener::connections).sum();
  }

  /** The split of a route, whose weights may be changed; null if the route has none. */
  public @Nullable Split split(String route) {
    return snapshot.splits().get(route);
  }

  /** How the mirroring of a route went so far; null if the route has none. */
  public Mirroring.@Nullable Counts mirrored(String route) {
    var mirroring = snapshot.mirrorings().get(route);
    return mirroring == null ? null : mirroring.counts();
  }

  /** Bytes in buffers that are held now, on all loops: what is on its way, and a few kept ones. */
  public long bufferBytes() {
    return loops.bufferBytes();
  }

  /**
   * Stops accepting, lets what is in flight be answered, and closes. Whatever is not done by the
   * deadline is broken off.
   *
   * @return whether everything was answered
   */
  public boolean drain(Duration deadline) {
    listeners.forEach(Listener::drain);
    boolean isDone = areDrainedWithin(deadline);
    close();
    return isDone;
  }

  private boolean areDrainedWithin(Duration time) {
    var drained =
        CompletableFuture.allOf(
            listeners.stream().map(Listener::drained).toArray(CompletableFuture<?>[]::new));
    try {
      drained.get(time.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Ends at once. */
  @Override
  public void close() {
    if (isClosed) {
      return;
    }
    isClosed = true;
    List<Listener> all = all();
    all.forEach(Listener::drain);
    all.forEach(Listener::abort);
    // Loops that end close what is open in order: those who must see an error see it before.
    areDrainedWithin(ABORT);
    snapshot.upstreams().values().forEach(upstream -> upstream.close());
    // On io_uring a close takes a moment, and nobody would be told of it once the loops have ended.
    for (Listener listener : all) {
      listener.drained().copy().completeOnTimeout(null, 2, TimeUnit.SECONDS).join();
    }
    awaitEndOfTls();
    loops.close();
    all.forEach(Listener::release);
    snapshot.upstreams().values().forEach(Upstream::release);
  }

  /** That for operators included, which is open to the end: they may want to watch it. */
  private List<Listener> all() {
    return admin == null ? listeners : Stream.concat(listeners.stream(), Stream.of(admin)).toList();
  }

  /** For the same reason: only who hears of the end lets go of what TLS keeps outside the heap. */
  private void awaitEndOfTls() {
    long end = System.nanoTime() + ABORT.toNanos();
    while (snapshot.upstreams().values().stream().anyMatch(Upstream::hasOpenTls)
        && System.nanoTime() - end < 0
        && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(A_MOMENT.toNanos());
    }
  }
}
