package dev.signalbox.balance;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Chooses one of its candidates.
 *
 * <p>A balancer belongs to one event loop and is called only there, so it needs no locks; {@link
 * #pick} allocates nothing. It never changes its candidates: when they change, its factory builds
 * the next balancer.
 */
public interface Balancer {
  /** The answer when no candidate is available. */
  int NONE = -1;

  /**
   * Returns the index of the chosen candidate, or {@link #NONE} if none is available. A candidate
   * that was tried before is chosen only if every available one was.
   */
  int pick(Pick pick);

  /** A way to choose, shared by all loops: each builds its own balancer, with its own random. */
  interface Factory {
    Balancer build(List<? extends Candidate> candidates, RandomGenerator random);
  }

  /** What a balancer may know of an endpoint. */
  interface Candidate {
    /** At least 1, and the same for as long as the balancer lives. */
    int weight();

    /** Whether it may be given a request now. */
    boolean isAvailable();

    /** The requests that it is answering now, those of other loops included. */
    int inFlight();
  }

  /** What a balancer may know of a request. */
  interface Pick {
    /** A first attempt: nothing was tried. */
    Pick FIRST = index -> false;

    /** Whether an earlier attempt for the same request went to that candidate. */
    boolean wasTried(int index);
  }
}
