package dev.signalbox.balance;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Takes the candidates in turn, each as often as its weight says and its turns spread out: with
 * weights 5, 1, 1 the order is a a b a c a a. Each loop starts at a random place of the cycle, so
 * that loops do not march in step. Belongs to one loop.
 *
 * <p>One that is passed over loses no turn and leaves none to its neighbour: the others share the
 * load by their weights, and it is next when it is back.
 */
public final class RoundRobin {
  private RoundRobin() {}

  public static Balancer.Factory factory() {
    return RoundRobin::build;
  }

  private static Balancer build(List<? extends Balancer.Candidate> list, RandomGenerator random) {
    var candidates = new Candidates(list);
    return candidates.haveEqualWeights()
        ? new Equal(candidates, random)
        : new Weighted(candidates, random);
  }

  /**
   * A queue: whoever is picked goes to its end. The queue is a ring as long as the list, so while
   * all are available, a pick only moves its head.
   */
  private static final class Equal implements Balancer {
    private final Candidates candidates;
    private final int[] ring;
    private int head;

    Equal(Candidates candidates, RandomGenerator random) {
      this.candidates = candidates;
      this.ring = new int[candidates.size()];
      for (int i = 0; i < ring.length; i++) {
        ring[i] = i;
      }
      this.head = ring.length == 0 ? 0 : random.nextInt(ring.length);
    }

    @Override
    public int pick(Pick pick) {
      int index = pick(pick, false);
      return index != NONE ? index : pick(pick, true);
    }

    private int pick(Pick pick, boolean evenIfTried) {
      int at = head;
      for (int passed = 0; passed < ring.length; passed++) {
        int index = ring[at];
        if (candidates.isEligible(index, pick, evenIfTried)) {
          keepAhead(passed, at);
          ring[head] = index;
          head = next(head);
          return index;
        }
        at = next(at);
      }
      return NONE;
    }

    /** Moves the ones that were passed over one place on, so that they stay first in the queue. */
    private void keepAhead(int passed, int at) {
      int to = at;
      for (int i = 0; i < passed; i++) {
        int from = to == 0 ? ring.length - 1 : to - 1;
        ring[to] = ring[from];
        to = from;
      }
    }

    private int next(int at) {
      return at + 1 == ring.length ? 0 : at + 1;
    }
  }

  /**
   * Smooth weighted round-robin as nginx has it: at each pick every one earns its weight, the
   * richest is taken and pays what all have earned.
   *
   * @see <a href="https://github.com/nginx/nginx/commit/52327e0627f49dbda1e8db695e63a4b0af4448b1">
   *     nginx 52327e0</a>
   */
  private static final class Weighted implements Balancer {
    /** Bounds the work of finding a start: a long list of odd weights starts near its beginning. */
    private static final int MOST_START_WORK = 65_536;

    private final Candidates candidates;
    private final long[] credit;

    Weighted(Candidates candidates, RandomGenerator random) {
      this.candidates = candidates;
      this.credit = new long[candidates.size()];
      long cycle = Math.min(candidates.totalWeight(), 1 + MOST_START_WORK / credit.length);
      for (long skip = random.nextLong(cycle); skip > 0; skip--) {
        passOneTurn();
      }
    }

    private void passOneTurn() {
      int best = 0;
      for (int i = 0; i < credit.length; i++) {
        credit[i] += candidates.weight(i);
        if (credit[i] > credit[best]) {
          best = i;
        }
      }
      credit[best] -= candidates.totalWeight();
    }

    @Override
    public int pick(Pick pick) {
      int index = pick(pick, false);
      return index != NONE ? index : pick(pick, true);
    }

    private int pick(Pick pick, boolean evenIfTried) {
      int best = NONE;
      long total = 0;
      for (int i = 0; i < credit.length; i++) {
        if (candidates.isEligible(i, pick, evenIfTried)) {
          credit[i] += candidates.weight(i);
          total += candidates.weight(i);
          if (best == NONE || credit[i] > credit[best]) {
            best = i;
          }
        }
      }
      if (best != NONE) {
        credit[best] -= total;
      }
      return best;
    }
  }
}
