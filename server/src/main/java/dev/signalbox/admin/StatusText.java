package dev.signalbox.admin;

import dev.signalbox.config.DurationText;
import dev.signalbox.config.Shown;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;

/** A {@link Status} for people: lines of at most {@value #WIDTH} columns. Pure. */
final class StatusText {
  static final int WIDTH = 80;
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("uuuu-MM-dd").withZone(ZoneOffset.UTC);

  private final Status status;
  private final StringBuilder out = new StringBuilder();

  private StatusText(Status status) {
    this.status = status;
  }

  static String of(Status status) {
    var text = new StatusText(status);
    text.program();
    text.findings();
    text.certificates();
    text.listeners();
    text.upstreams();
    return text.out.toString();
  }

  private void program() {
    var program = status.program();
    out.append("Signalbox ").append(program.version());
    out.append(", up ").append(rounded(status.uptime()));
    out.append(", pid ").append(program.pid());
    out.append(", ").append(program.transport());
    out.append(", ").append(count(program.loops(), "loop")).append('\n');
  }

  /** Two units are enough to know how long. */
  private static String rounded(Duration time) {
    var unit =
        time.toDays() > 0
            ? ChronoUnit.HOURS
            : time.toHours() > 0 ? ChronoUnit.MINUTES : ChronoUnit.SECONDS;
    return time.isNegative() ? "0s" : DurationText.text(time.truncatedTo(unit));
  }

  private static String count(int number, String thing) {
    return number + " " + thing + (number == 1 ? "" : "s");
  }

  private void findings() {
    var findings = status.findings();
    if (findings.isEmpty()) {
      return;
    }
    out.append('\n').append(count(findings.size(), "finding")).append('\n');
    for (var finding : findings) {
      wrapped(Shown.clean(finding));
    }
  }

  /** A sentence, with what does not fit on further lines. */
  private void wrapped(String sentence) {
    var mark = "! ";
    var rest = sentence;
    while (mark.length() + rest.length() > WIDTH) {
      int most = WIDTH - mark.length();
      int space = rest.lastIndexOf(' ', most);
      int end = space > 0 ? space : most;
      out.append(mark).append(rest, 0, end).append('\n');
      rest = rest.substring(end).stripLeading();
      mark = "  ";
    }
    out.append(mark).append(rest).append('\n');
  }

  private void certificates() {
    var table = new Table("Certificates", "key", "of", "until", "days>");
    for (var certificate : status.certificates()) {
      int more = certificate.shown().names().size() - 1;
      table.row(
          (status.expiresSoon(certificate) ? "! " : "  ")
              + Status.name(certificate)
              + (more > 0 ? " +" + more : ""),
          certificate.shown().keyType(),
          certificate.listener(),
          DAY.format(certificate.shown().notAfter()),
          status.daysLeft(certificate));
    }
    table.print(WIDTH, out);
  }

  private void listeners() {
    var table = new Table("Listeners", "address", "tls", "connections>", "at most>");
    for (var listener : status.listeners()) {
      table.row(
          "  " + listener.name(),
          listener.address(),
          listener.hasTls() ? "yes" : "no",
          listener.connections(),
          listener.maxConnections());
    }
    table.print(WIDTH, out);
  }

  private void upstreams() {
    var table = new Table("Upstreams", "weight>", "in flight>", "waiting>", "connections>");
    for (var upstream : status.upstreams()) {
      table.row("  " + upstream.name());
      for (var endpoint : upstream.endpoints()) {
        table.row(
            (endpoint.trouble() == null ? "    " : "!   ") + endpoint.address(),
            endpoint.weight(),
            endpoint.inFlight(),
            endpoint.waiting(),
            endpoint.connections());
      }
    }
    table.print(WIDTH, out);
  }
}
