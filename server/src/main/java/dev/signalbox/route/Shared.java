package dev.signalbox.route;

import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * What is alike in a table is kept once: tenants have the same paths under different hosts, and
 * hundreds of routes want the same method. That saves memory, and above all what every lookup asks
 * for stays in the processor's cache. For the thread that builds the table.
 */
final class Shared {
  private final Map<Match, Match> matches = new HashMap<>();
  private final Map<ByteBuffer, byte[]> bytes = new HashMap<>();
  private final Map<IntBuffer, int[]> ints = new HashMap<>();

  /** The same condition; of those that are equal always the same one. */
  Match match(Match match) {
    return matches.computeIfAbsent(match, one -> one);
  }

  /** The same bytes, which nobody changes any more. */
  byte[] bytes(byte[] some) {
    return bytes.computeIfAbsent(ByteBuffer.wrap(some), _ -> some);
  }

  /** The same numbers, which nobody changes any more. */
  int[] ints(int[] some) {
    return ints.computeIfAbsent(IntBuffer.wrap(some), _ -> some);
  }
}
