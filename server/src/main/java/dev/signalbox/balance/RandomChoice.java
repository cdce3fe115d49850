package dev.signalbox.balance;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Takes any candidate, each with a chance by its weight. Belongs to one loop. */
public final class RandomChoice implements Balancer {
  private final Candidates candidates;
  private final RandomGenerator random;

  /** For each candidate the sum of the weights up to and with its own. */
  private final long[] sums;

  private RandomChoice(List<? extends Candidate> list, RandomGenerator random) {
    this.candidates = new Candidates(list);
    this.random = random;
    this.sums = new long[candidates.size()];
    long sum = 0;
    for (int i = 0; i < sums.length; i++) {
      sum += candidates.weight(i);
      sums[i] = sum;
    }
  }

  public static Factory factory() {
    return RandomChoice::new;
  }

  @Override
  public int pick(Pick pick) {
    if (sums.length == 0) {
      return NONE;
    }
    // Nearly always the first draw is good. Where it is not, the second is among the good ones
    // only, which keeps the chances exact.
    int index = draw();
    if (candidates.isEligible(index, pick, false)) {
      return index;
    }
    index = drawAmong(pick, false);
    return index != NONE ? index : drawAmong(pick, true);
  }

  private int draw() {
    long ticket = random.nextLong(candidates.totalWeight());
    int at = Arrays.binarySearch(sums, ticket + 1);
    return at >= 0 ? at : -at - 1;
  }

  /**
   * One pass: each eligible one takes the place of the one before with the chance that its weight
   * has in all weights so far (reservoir sampling, Chao 1982). It reads each availability once, so
   * an endpoint that dies meanwhile on another thread cannot confuse it.
   */
  private int drawAmong(Pick pick, boolean evenIfTried) {
    int drawn = NONE;
    long sum = 0;
    for (int i = 0; i < sums.length; i++) {
      if (candidates.isEligible(i, pick, evenIfTried)) {
        int weight = candidates.weight(i);
        sum += weight;
        if (sum == weight || random.nextLong(sum) < weight) {
          drawn = i;
        }
      }
    }
    return drawn;
  }
}
