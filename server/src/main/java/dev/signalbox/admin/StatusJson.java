package dev.signalbox.admin;

import dev.signalbox.config.Json;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/** A {@link Status} for machines. Keys are only ever added. Pure. */
final class StatusJson {
  private StatusJson() {}

  static String of(Status status) {
    var program = status.program();
    return Json.write(
        Json.object(
            "version",
            program.version(),
            "jdk",
            program.jdk(),
            "netty",
            program.netty(),
            "transport",
            program.transport(),
            "loops",
            program.loops(),
            "pid",
            program.pid(),
            "started",
            status.startedAt().truncatedTo(ChronoUnit.SECONDS).toString(),
            "uptime-seconds",
            status.uptime().toSeconds(),
            "buffer-bytes",
            status.bufferBytes(),
            "findings",
            status.findings(),
            "listeners",
            status.listeners().stream().map(StatusJson::listener).toList(),
            "upstreams",
            status.upstreams().stream().map(StatusJson::upstream).toList(),
            "certificates",
            status.certificates().stream()
                .map(certificate -> certificate(certificate, status))
                .toList()));
  }

  private static Map<String, Object> listener(Status.Listener listener) {
    return Json.object(
        "name",
        listener.name(),
        "address",
        listener.address(),
        "tls",
        listener.hasTls(),
        "connections",
        listener.connections(),
        "max-connections",
        listener.maxConnections());
  }

  private static Map<String, Object> upstream(Status.Upstream upstream) {
    return Json.object(
        "name",
        upstream.name(),
        "endpoints",
        upstream.endpoints().stream()
            .map(endpoint ->
                Json.object(
                    "address",
                    endpoint.address(),
                    "weight",
                    endpoint.weight(),
                    "in-flight",
                    endpoint.inFlight(),
                    "waiting",
                    endpoint.waiting(),
                    "connections",
                    endpoint.connections(),
                    "trouble",
                    endpoint.trouble()))
            .toList());
  }

  private static Map<String, Object> certificate(Status.Certificate certificate, Status status) {
    var shown = certificate.shown();
    return Json.object(
        "listener",
        certificate.listener(),
        "file",
        shown.file().toString(),
        "names",
        shown.names(),
        "key-type",
        shown.keyType(),
        "not-after",
        shown.notAfter().toString(),
        "days-left",
        status.daysLeft(certificate),
        "stapled",
        shown.isStapled());
  }
}
