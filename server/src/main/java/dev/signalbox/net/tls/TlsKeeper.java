package dev.signalbox.net.tls;

import dev.signalbox.net.Loop;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what a listener shows up to date: looks at the files of certificates and keys, changes the
 * keys of session tickets, has staples refreshed, and says in time what expires. Control, all of
 * it; loops read {@link #identities} alone, which is swapped as a whole.
 */
final class TlsKeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TlsKeeper.class);

  /** How often it looks at the clock where it looks at no files. */
  static final Duration WITHOUT_FILES = Duration.ofSeconds(10);

  private final String listener;
  private final TlsConfig config;
  private final TlsIdentities.Maker maker;
  private final List<Loop> loops;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();
  private final @Nullable KeyLog keyLog;

  // Guarded by this:
  private final List<WatchedCertificate> certificates;
  private final List<OcspWatch> ocsp = new ArrayList<>();
  private final @Nullable WatchedClients clients; // null where nobody is asked
  private final @Nullable FileWatch keyFiles;
  private @Nullable TicketKeys tickets;
  private Instant rotateAt;
  private boolean areKeysInDoubt;
  private boolean isClosed;

  private volatile TlsIdentities identities;
  private volatile @Nullable ClientTrust admitted; // those whom the identities ask
  private @Nullable Lookout lookout; // written once, before it matters

  private TlsKeeper(
      String listener,
      TlsConfig config,
      List<String> protocols,
      List<Loop> loops,
      TlsIdentity.Engine engine,
      InstantSource clock,
      @Nullable WatchedClients clients,
      List<WatchedCertificate> certificates,
      @Nullable KeyLog keyLog)
      throws IOException {
    this.listener = listener;
    this.config = config;
    this.loops = loops;
    this.clock = clock;
    this.certificates = certificates;
    this.clients = clients;
    this.admitted = clients == null ? null : clients.current();
    this.keyLog = keyLog;
    var paths = config.tickets().keyFiles();
    this.keyFiles = paths.isEmpty() ? null : new FileWatch(paths);
    this.rotateAt = clock.instant().plus(config.tickets().rotate());
    if (config.tickets().isEnabled()) {
      tickets =
          paths.isEmpty()
              ? TicketKeys.random(random, config.tickets().rotate())
              : TicketKeys.read(paths);
    }
    this.maker =
        best -> {
          ClientTrust asked = clients == null ? null : clients.current();
          TlsIdentity made =
              TlsIdentity.of(best, config.policy(), protocols, engine, listener, asked);
          TicketKeys keys = tickets;
          if (keys != null) {
            made.tickets(keys);
          }
          if (keyLog != null) {
            made.keyLog(keyLog);
          }
          return made;
        };
    this.identities = TlsIdentities.of(current(certificates), null, maker);
  }

  /**
   * Reads what is configured.
   *
   * @throws IOException if it can't be used; the message says which and why
   */
  static TlsKeeper open(
      String listener,
      TlsConfig config,
      List<String> protocols,
      List<Loop> loops,
      TlsIdentity.Engine engine,
      InstantSource clock)
      throws IOException {
    var certificates = new ArrayList<WatchedCertificate>();
    for (var files : config.certificates()) {
      try {
        certificates.add(WatchedCertificate.ofListener(listener, files, clock.instant()));
      } catch (BadCertificate e) {
        throw new IOException(e.getMessage(), e);
      }
    }
    var clients = WatchedClients.open(listener, config.clients(), engine, clock);
    KeyLog keyLog = null;
    var path = config.keyLog();
    if (path != null && engine == TlsIdentity.Engine.BORINGSSL) {
      keyLog = KeyLog.open(path);
    }
    try {
      return new TlsKeeper(
          listener, config, protocols, loops, engine, clock, clients, certificates, keyLog);
    } catch (IOException | RuntimeException e) {
      if (keyLog != null) {
        keyLog.close();
      }
      throw e;
    }
  }

  private static List<TlsCertificate> current(List<WatchedCertificate> certificates) {
    return certificates.stream().map(WatchedCertificate::current).toList();
  }

  /** What is shown from now on. From any thread. */
  TlsIdentities identities() {
    return identities;
  }

  /** Who is let in from now on; null where nobody is asked. From any thread. */
  @Nullable ClientTrust clients() {
    return admitted;
  }

  synchronized List<TlsServer.Certificate> certificates() {
    return certificates.stream().map(WatchedCertificate::status).toList();
  }

  /** Begins to look by itself, until it is closed. */
  void start() {
    warn();
    synchronized (this) {
      certificates.forEach(each -> each.remind(clock.instant()));
      if (config.ocsp() == TlsConfig.OcspMode.STAPLE) {
        certificates.forEach(each -> ocsp.add(new OcspWatch(each)));
      }
    }
    boolean areFilesWatched = !config.watch().isZero();
    lookout =
        Lookout.start(
            "tls " + listener,
            areFilesWatched ? config.watch() : WITHOUT_FILES,
            () -> warnOfGaps(certificates),
            () -> look(areFilesWatched));
  }

  private void warn() {
    if (config.keyLog() != null && keyLog == null) {
      LOG.error(
          "listener {}: key-log: Java's own TLS gives no secrets away; nothing is written",
          listener);
    } else if (keyLog != null) {
      LOG.warn(
          "listener {}: KEY LOG IS ON: the secrets of every connection are written to {}. Whoever"
              + " reads that file reads all that clients and server say. Remove `key-log` when the"
              + " fault is found, and delete the file.",
          listener,
          config.keyLog());
    }
  }

  /** Looks once at everything. Blocks on files. */
  void look(boolean areFilesWatched) {
    var changed = new ArrayList<WatchedCertificate>();
    synchronized (this) {
      if (isClosed) {
        return;
      }
      Instant now = clock.instant();
      lookAtKeys(now, areFilesWatched);
      for (var each : certificates) {
        if (areFilesWatched && each.look(now)) {
          changed.add(each);
        }
      }
      boolean isOther = !changed.isEmpty();
      if (clients != null) {
        isOther |= areFilesWatched && clients.look(now);
        clients.remind(now);
      }
      for (var each : ocsp) {
        isOther |= each.look(now);
      }
      if (isOther) {
        swap();
      }
      certificates.forEach(each -> each.remind(now));
    }
    warnOfGaps(changed);
  }

  /** Connections that have begun keep what they were shown. */
  private void swap() {
    TlsIdentities old = identities;
    ClientTrust asked = clients == null ? null : clients.current();
    try { // what is there already asks those who were let in before
      identities = TlsIdentities.of(current(certificates), asked == admitted ? old : null, maker);
      admitted = asked;
    } catch (SSLException e) {
      LOG.error(
          "listener {}: what has changed can't be used: {}; what was before stays",
          listener,
          TlsEngine.reason(e));
      return;
    }
    // A loop that has asked for the old ones uses them within the same task. When each has come to
    // its next task, only connections hold them.
    var left = new AtomicInteger(loops.size() + 1);
    Runnable isThrough =
        () -> {
          if (left.decrementAndGet() == 0) {
            old.release();
          }
        };
    for (var loop : loops) {
      try {
        loop.execute(isThrough);
      } catch (RejectedExecutionException _) { // it has ended
        isThrough.run();
      }
    }
    isThrough.run();
  }

  private void lookAtKeys(Instant now, boolean areFilesWatched) {
    TicketKeys before = tickets;
    if (before == null) {
      return;
    }
    if (keyFiles == null) {
      if (!now.isBefore(rotateAt)) {
        rotateAt = now.plus(config.tickets().rotate());
        use(before.rotated(random));
      }
      return;
    }
    boolean isOther = areFilesWatched && keyFiles.hasChanged();
    if (!isOther && !areKeysInDoubt) {
      return;
    }
    try {
      use(TicketKeys.read(config.tickets().keyFiles()));
      areKeysInDoubt = false;
      LOG.info("listener {}: session-tickets: the keys of the changed files are used", listener);
    } catch (IOException e) {
      areKeysInDoubt = isOther; // somebody may still be writing it
      if (!isOther) {
        LOG.error(
            "listener {}: session-tickets: a file of keys has changed and {}; the keys before stay",
            listener,
            e.getMessage());
      }
    }
  }

  private void use(TicketKeys keys) {
    tickets = keys;
    identities.tickets(keys);
  }

  /** Says which chains clients may not be able to complete. */
  private static void warnOfGaps(List<WatchedCertificate> certificates) {
    if (certificates.isEmpty()) {
      return;
    }
    var roots = Roots.ofThisMachine();
    certificates.forEach(each -> each.warnOfGap(roots));
  }

  /** When no loop asks any more. */
  @Override
  public void close() {
    synchronized (this) {
      if (isClosed) {
        return;
      }
      isClosed = true;
    }
    if (lookout != null) {
      lookout.close();
    }
    identities.release();
    if (keyLog != null) {
      keyLog.close();
    }
  }
}
