package dev.signalbox.net.tls;

import dev.signalbox.config.InvalidValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/** Text with keys and certificates between lines of dashes (RFC 7468). Blocks on files. */
final class PemFile {
  static final long LARGEST = 1 << 20;
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);

  /**
   * What stands between two lines.
   *
   * @param isEncrypted by fields before the data, as OpenSSL once wrote them (RFC 1421)
   */
  record Block(String label, String base64, boolean isEncrypted) {
    byte[] der() throws IOException {
      try {
        return Base64.getMimeDecoder().decode(base64);
      } catch (IllegalArgumentException e) {
        throw new IOException("what stands between its lines of dashes is no base64", e);
      }
    }
  }

  private PemFile() {}

  /** For the reading of a configuration: whether there is such a file. */
  static void check(Path file) {
    check(file, "a PEM file");
  }

  static void check(Path file, String expected) {
    var text = file.toString();
    if (!Files.exists(file)) {
      throw new InvalidValue(text, "does not exist", expected);
    }
    if (!Files.isRegularFile(file)) {
      throw new InvalidValue(text, "is not a regular file", expected);
    }
    if (!Files.isReadable(file)) {
      throw new InvalidValue(text, "may not be read", "a file that signalbox may read");
    }
  }

  /** The blocks in their order; none where there are none. */
  static List<Block> read(Path file) throws IOException {
    if (Files.size(file) > LARGEST) {
      throw new IOException("it is larger than 1MB");
    }
    var text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    var blocks = new ArrayList<Block>();
    var found = BLOCK.matcher(text);
    while (found.find()) {
      String body = found.group(2);
      boolean isEncrypted = body.contains("Proc-Type:") && body.contains("ENCRYPTED");
      blocks.add(new Block(found.group(1), body, isEncrypted));
    }
    return blocks;
  }
}
