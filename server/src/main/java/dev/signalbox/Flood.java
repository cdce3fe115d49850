package dev.signalbox;

/**
 * Tells when a flood of connections is over and the server has time to tidy up. Told of the same
 * things at each look. Pure; belongs to one thread.
 */
final class Flood {
  /** So many connections must have gone for their memory to be worth a pause. */
  static final int WORTH = 1000;

  /**
   * Allocated from one look to the next, at most, while little is asked: by some 2,000 requests.
   */
  static final long QUIET_BYTES = 1 << 20;

  private int peak;
  private long usedBefore = Long.MAX_VALUE;

  /**
   * Looks.
   *
   * @param open connections that are open now
   * @param usedBytes how much of the heap is in use
   * @return whether half of the connections have gone, and it is quiet; once a flood
   */
  boolean isOver(int open, long usedBytes) {
    peak = Math.max(peak, open);
    // Less than before is no quiet time: a collection means that much was allocated.
    boolean isQuiet = usedBytes >= usedBefore && usedBytes - usedBefore <= QUIET_BYTES;
    usedBefore = usedBytes;
    if (!isQuiet || peak - open < WORTH || open > peak / 2) {
      return false;
    }
    peak = open;
    return true;
  }
}
