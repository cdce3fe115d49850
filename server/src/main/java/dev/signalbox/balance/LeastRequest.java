package dev.signalbox.balance;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Takes the candidate with the fewest requests in flight for its weight; among equals one by
 * chance, by weight. Belongs to one loop; the counts are those of all loops.
 *
 * <p>All candidates are looked at. Two random ones would be enough where looking costs a message
 * ("the power of two choices", Mitzenmacher 2001), but here a count is one memory read, and the
 * full view gives the lower peaks: see HAProxy's comparison. nginx's {@code least_conn} has the
 * same order, requests divided by weight.
 *
 * @see <a href="https://www.haproxy.com/blog/power-of-two-load-balancing">HAProxy: test driving
 *     "power of two random choices"</a>
 */
public final class LeastRequest implements Balancer {
  private final Candidates candidates;
  private final RandomGenerator random;

  private LeastRequest(List<? extends Candidate> list, RandomGenerator random) {
    this.candidates = new Candidates(list);
    this.random = random;
  }

  public static Factory factory() {
    return LeastRequest::new;
  }

  @Override
  public int pick(Pick pick) {
    int index = pick(pick, false);
    return index != NONE ? index : pick(pick, true);
  }

  private int pick(Pick pick, boolean evenIfTried) {
    int best = NONE;
    long bestInFlight = 0;
    long bestWeight = 1;
    long weightOfEquals = 0;
    for (int i = 0; i < candidates.size(); i++) {
      if (!candidates.isEligible(i, pick, evenIfTried)) {
        continue;
      }
      long inFlight = candidates.inFlight(i);
      long weight = candidates.weight(i);
      // inFlight / weight against the best so far, without the division.
      long excess = best == NONE ? -1 : inFlight * bestWeight - bestInFlight * weight;
      if (excess > 0) {
        continue;
      }
      weightOfEquals = excess < 0 ? weight : weightOfEquals + weight;
      // Equals are drawn in the same pass (reservoir sampling, Chao 1982), because a second pass
      // would read other counts.
      if (excess < 0 || random.nextLong(weightOfEquals) < weight) {
        best = i;
        bestInFlight = inFlight;
        bestWeight = weight;
      }
    }
    return best;
  }
}
