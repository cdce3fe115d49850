package dev.signalbox.net.tls;

import dev.signalbox.config.ConfigNode;
import dev.signalbox.config.InvalidValue;
import dev.signalbox.config.ObjectShape;
import dev.signalbox.config.Reading;
import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Session tickets (RFC 5077, RFC 8446 §4.6.1), as they are configured.
 *
 * @param keyFiles the first key in them makes tickets, all read them; none for keys of our own
 * @param rotate how long a key of our own makes tickets
 */
public record TicketsConfig(boolean isEnabled, List<Path> keyFiles, Duration rotate) {
  private static final Duration SHORTEST = Duration.ofMinutes(1);
  private static final Duration LONGEST = Duration.ofDays(3); // BoringSSL's end of a session: 2

  static final Shape<TicketsConfig> SHAPE =
      ObjectShape.of(
              "Session tickets: clients that come back skip half of the handshake.",
              keys -> {
                var enabled =
                    keys.optional(
                        "enabled", Shapes.bool(), "true", "Whether clients are given tickets.");
                var files =
                    keys.optional(
                        "keys",
                        TlsPolicy.some(
                            Shapes.oneOrMore(
                                Shapes.file("the path of a file with keys", TicketsConfig::check))),
                        "Files with keys, to be shared between instances: 48 or 80 random bytes,"
                            + " or lines of base64 with as many. The first key makes tickets, all"
                            + " read them. Files that change are read anew. A relative path begins"
                            + " at the directory of this file.");
                var rotate =
                    keys.optional(
                        "rotate",
                        Shapes.duration()
                            .only(
                                time ->
                                    time.compareTo(SHORTEST) >= 0 && time.compareTo(LONGEST) <= 0,
                                "1m to 3d"),
                        "12h",
                        "How long a key makes tickets, where there are no files of keys. Each"
                            + " reads its tickets for two such times more.");
                return values -> {
                  var paths = values.find(files);
                  return new TicketsConfig(
                      values.get(enabled), paths == null ? List.of() : paths, values.get(rotate));
                };
              })
          .orJust("enabled")
          .checked(TicketsConfig::isNoContradiction);

  public TicketsConfig {
    keyFiles = List.copyOf(keyFiles);
  }

  private static boolean isNoContradiction(
      TicketsConfig tickets, ConfigNode node, Reading reading) {
    boolean hasRotate =
        node instanceof ConfigNode.Entries map
            && map.entries().stream().anyMatch(entry -> entry.key().equals("rotate"));
    boolean isFine = tickets.keyFiles.isEmpty() || !hasRotate;
    if (!isFine) {
      var at = node.find("rotate");
      reading.report(
          at.key(), at.label("with files of keys, which others change"), "either keys or rotate");
    }
    return isFine;
  }

  private static void check(Path file) {
    PemFile.check(file, "a file with keys of session tickets");
    try {
      TicketKeys.read(List.of(file));
    } catch (IOException e) {
      throw new InvalidValue(
          file.toString(),
          String.valueOf(e.getMessage()),
          "48 or 80 random bytes, or lines of base64 with as many: openssl rand -base64 48");
    }
  }
}
