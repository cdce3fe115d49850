package dev.signalbox.admin;

import dev.signalbox.upstream.EndpointCounts;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * A {@link Status} in the text format of Prometheus. Made when it is asked for: nothing is counted
 * for it, and no registry is kept. Names are only ever added. Pure.
 */
final class Metrics {
  static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

  private final Status status;
  private final MetricSnapshots.Builder all = MetricSnapshots.builder();

  private Metrics(Status status) {
    this.status = status;
  }

  static byte[] of(Status status) {
    var metrics = new Metrics(status);
    metrics.program();
    metrics.listeners();
    metrics.endpoints();
    metrics.certificates();
    var out = new ByteArrayOutputStream();
    try {
      PrometheusTextFormatWriter.create().write(out, metrics.all.build());
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a buffer never fails
    }
    return out.toByteArray();
  }

  /** A gauge with the values of all its labels. Of two with the same labels the last one holds. */
  private final class Gauge {
    private final MetricMetadata metadata;
    private final Map<Labels, Double> values = new LinkedHashMap<>();

    Gauge(String name, String help) {
      this.metadata = new MetricMetadata(name, help);
    }

    void put(double value, String... namesAndValues) {
      values.put(Labels.of(namesAndValues), value);
    }

    void add() {
      var points =
          values.entrySet().stream()
              .map(entry -> new GaugeDataPointSnapshot(entry.getValue(), entry.getKey(), null))
              .toList();
      all.metricSnapshot(new GaugeSnapshot(metadata, points));
    }
  }

  private void add(String name, String help, double value) {
    var gauge = new Gauge(name, help);
    gauge.put(value);
    gauge.add();
  }

  private void program() {
    var program = status.program();
    var labels =
        Labels.of("version", program.version(), "jdk", program.jdk(), "netty", program.netty());
    all.metricSnapshot(
        InfoSnapshot.builder()
            .name("signalbox_build")
            .help("What runs here; always 1.")
            .dataPoint(new InfoDataPointSnapshot(labels))
            .build());
    add(
        "process_start_time_seconds",
        "When the process began, in seconds since 1970.",
        status.startedAt().toEpochMilli() / 1000.0);
    add("signalbox_loops", "Event loops.", program.loops());
    add(
        "signalbox_buffer_bytes",
        "Bytes in buffers that are in use.",
        (double) status.bufferBytes());
    add(
        "signalbox_findings",
        "How many things /status says somebody should look after.",
        status.findings().size());
  }

  private void listeners() {
    var open = new Gauge("signalbox_listener_connections", "Open connections of clients.");
    var most =
        new Gauge(
            "signalbox_listener_max_connections",
            "How many connections of clients may be open (max-connections).");
    for (var listener : status.listeners()) {
      open.put(listener.connections(), "listener", listener.name());
      most.put(listener.maxConnections(), "listener", listener.name());
    }
    open.add();
    most.add();
  }

  private void endpoints() {
    endpoints(
        "signalbox_endpoint_requests_in_flight",
        "Requests that are under way at an endpoint.",
        EndpointCounts::inFlight);
    endpoints(
        "signalbox_endpoint_requests_waiting",
        "Requests that wait for a connection to an endpoint.",
        EndpointCounts::waiting);
    endpoints(
        "signalbox_endpoint_connections",
        "Connections to an endpoint, idle ones and those being opened included.",
        EndpointCounts::connections);
  }

  private void endpoints(String name, String help, ToDoubleFunction<EndpointCounts> value) {
    var gauge = new Gauge(name, help);
    for (var upstream : status.upstreams()) {
      for (var endpoint : upstream.endpoints()) {
        gauge.put(
            value.applyAsDouble(endpoint),
            "upstream",
            upstream.name(),
            "endpoint",
            endpoint.address());
      }
    }
    gauge.add();
  }

  private void certificates() {
    var end =
        new Gauge(
            "signalbox_certificate_not_after_timestamp_seconds",
            "When a certificate expires, in seconds since 1970.");
    var days =
        new Gauge(
            "signalbox_certificate_days_left",
            "Whole days until a certificate expires; negative once it has.");
    for (var certificate : status.certificates()) {
      String[] labels = {
        "listener",
        certificate.listener(),
        "name",
        Status.name(certificate),
        "key_type",
        certificate.shown().keyType(),
        "file",
        certificate.shown().file().toString()
      };
      end.put((double) certificate.shown().notAfter().getEpochSecond(), labels);
      days.put((double) status.daysLeft(certificate), labels);
    }
    end.add();
    days.add();
  }
}
