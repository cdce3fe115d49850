package dev.signalbox;

import dev.signalbox.admin.AdminConfig;
import dev.signalbox.admin.Status;
import dev.signalbox.config.ConfigFile;
import dev.signalbox.listener.Listener;
import dev.signalbox.listener.ListenerConfig;
import dev.signalbox.net.Loops;
import dev.signalbox.upstream.Upstream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What the room {@code admin} needs of the others: a listener to stand behind, and what there is to
 * tell. Used by control, and by whoever answers operators.
 */
record AdminDoor(Loops loops, Snapshot snapshot, List<Listener> listeners) {
  /** A listener like any other, but small: whoever looks after a server needs few connections. */
  private static final String LISTENER =
      """
      admin:
        bind: "${BIND}"
        protocols: [h1]
        forwarded: none
        via: false
        backlog: 64
        max-connections: 64
        limits: { request-line: 1KB, head: 8KB, headers: 50, body: 1KB, pipelined: 1KB }
        timeouts: { head: 5s, idle: 75s, body: 5s, send: 10s }
      """;

  AdminDoor {
    listeners = List.copyOf(listeners);
  }

  static ListenerConfig listener(AdminConfig config) {
    return ConfigFile.read(
            "admin",
            LISTENER,
            name -> name.equals("BIND") ? config.bind().toString() : null,
            ListenerConfig.SHAPE)
        .getFirst();
  }

  Status status() {
    var versions = Versions.ofThisBuild();
    var process = ProcessHandle.current();
    var now = Instant.now();
    var program =
        new Status.Program(
            versions.signalbox(),
            Versions.jdk(),
            versions.netty(),
            loops.transport().word(),
            loops.all().size(),
            process.pid());
    var certificates = new ArrayList<Status.Certificate>();
    for (Listener listener : listeners) {
      for (var shown : listener.certificates()) {
        certificates.add(new Status.Certificate(listener.name(), shown));
      }
    }
    return new Status(
        program,
        process.info().startInstant().orElse(now),
        now,
        loops.bufferBytes(),
        listeners.stream().map(AdminDoor::of).toList(),
        snapshot.upstreams().values().stream()
            .sorted(Comparator.comparing(Upstream::name))
            .map(upstream -> new Status.Upstream(upstream.name(), upstream.endpoints()))
            .toList(),
        certificates);
  }

  private static Status.Listener of(Listener listener) {
    return new Status.Listener(
        listener.name(),
        Signalbox.Bound.of(listener).address(),
        listener.config().tls() != null,
        listener.connections(),
        listener.config().maxConnections());
  }
}
