package dev.signalbox.balance;

import dev.signalbox.balance.Balancer.Candidate;
import dev.signalbox.balance.Balancer.Pick;
import java.util.List;

/**
 * The candidates of one balancer, as arrays. Immutable, but for what a candidate says of itself.
 */
final class Candidates {
  private final Candidate[] candidates;
  private final int[] weights;
  private final boolean equalWeights;
  private final long totalWeight;

  Candidates(List<? extends Candidate> list) {
    candidates = list.toArray(new Candidate[0]);
    weights = new int[candidates.length];
    int divisor = 0;
    for (int i = 0; i < weights.length; i++) {
      weights[i] = candidates[i].weight();
      if (weights[i] < 1) {
        throw new IllegalArgumentException("weight: " + weights[i] + " (expected: 1 or more)");
      }
      divisor = gcd(weights[i], divisor);
    }
    boolean equal = true;
    long total = 0;
    for (int i = 0; i < weights.length; i++) {
      weights[i] /= divisor; // only ratios matter, and small weights make short cycles
      equal &= weights[i] == 1;
      total += weights[i];
    }
    equalWeights = equal;
    totalWeight = total;
  }

  int size() {
    return candidates.length;
  }

  /** The weight of one, divided by what all weights have in common. */
  int weight(int index) {
    return weights[index];
  }

  long totalWeight() {
    return totalWeight;
  }

  boolean haveEqualWeights() {
    return equalWeights;
  }

  int inFlight(int index) {
    return candidates[index].inFlight();
  }

  /**
   * Whether that one may be chosen.
   *
   * @param evenIfTried whether one that was tried before is as good as any other
   */
  boolean isEligible(int index, Pick pick, boolean evenIfTried) {
    return candidates[index].isAvailable() && (evenIfTried || !pick.wasTried(index));
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }
}
