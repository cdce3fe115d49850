package dev.signalbox.net.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;

/**
 * The keys of session tickets, each of 16 bytes of name, 16 for HMAC-SHA-256 and 16 for AES-128:
 * the first makes tickets, all of them read tickets. Immutable.
 *
 * @param lifetime of a session of TLS 1.2; in TLS 1.3 BoringSSL ends it after two days
 */
record TicketKeys(List<byte[]> keys, Duration lifetime) {
  static final int SIZE = 48;

  /** As nginx and HAProxy have them: 16 bytes of name, and 32 for each of the others. */
  private static final int LONG_SIZE = 80;

  private static final int PART = 16;

  /** How many keys of our own read tickets and make none any more. */
  private static final int FORMER = 2;

  private static final long LARGEST_FILE = 1 << 16;
  private static final Duration OF_FILES = Duration.ofDays(1);

  TicketKeys {
    keys = List.copyOf(keys);
  }

  /** A first key of our own. */
  static TicketKeys random(SecureRandom random, Duration rotate) {
    return new TicketKeys(List.of(key(random)), rotate.multipliedBy(FORMER));
  }

  /** A new key, and the last ones. */
  TicketKeys rotated(SecureRandom random) {
    var all = new ArrayList<byte[]>();
    all.add(key(random));
    all.addAll(keys.subList(0, Math.min(FORMER, keys.size())));
    return new TicketKeys(all, lifetime);
  }

  private static byte[] key(SecureRandom random) {
    byte[] key = new byte[SIZE];
    random.nextBytes(key);
    return key;
  }

  /**
   * Reads the keys of files.
   *
   * @throws IOException if one holds no keys; the message goes on where its name ends
   */
  static TicketKeys read(List<Path> files) throws IOException {
    var all = new ArrayList<byte[]>();
    var names = new HashSet<String>();
    for (var file : files) {
      for (byte[] key : read(file)) {
        if (!names.add(new String(key, 0, PART, StandardCharsets.ISO_8859_1))) {
          throw new IOException("has a key whose first 16 bytes, its name, are those of another");
        }
        all.add(key);
      }
    }
    return new TicketKeys(all, OF_FILES);
  }

  private static List<byte[]> read(Path file) throws IOException {
    if (Files.size(file) > LARGEST_FILE) {
      throw new IOException("is larger than 64KB");
    }
    byte[] content = Files.readAllBytes(file);
    if (content.length == SIZE || content.length == LONG_SIZE) {
      return List.of(ours(content));
    }
    var keys = new ArrayList<byte[]>();
    int number = 0;
    for (var line : new String(content, StandardCharsets.ISO_8859_1).split("\r?\n", -1)) {
      number++;
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      byte[] key;
      try {
        key = Base64.getDecoder().decode(line.strip());
      } catch (IllegalArgumentException e) {
        throw new IOException(
            keys.isEmpty() ? "holds no keys" : "has no base64 on line " + number, e);
      }
      if (key.length != SIZE && key.length != LONG_SIZE) {
        throw new IOException("has " + key.length + " bytes of base64 on line " + number);
      }
      keys.add(ours(key));
    }
    if (keys.isEmpty()) {
      throw new IOException("holds no keys");
    }
    return keys;
  }

  /** BoringSSL's tickets take the short form; a long one becomes short, in each instance alike. */
  private static byte[] ours(byte[] key) {
    if (key.length == SIZE) {
      return key;
    }
    byte[] ours = Arrays.copyOf(key, SIZE);
    System.arraycopy(digest(key, PART), 0, ours, PART, PART);
    System.arraycopy(digest(key, PART + 2 * PART), 0, ours, 2 * PART, PART);
    return ours;
  }

  private static byte[] digest(byte[] key, int from) {
    try {
      return MessageDigest.getInstance("SHA-256")
          .digest(Arrays.copyOfRange(key, from, from + 2 * PART));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }
}
