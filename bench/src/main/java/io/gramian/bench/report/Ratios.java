package io.gramian.bench.report;

import java.util.OptionalDouble;

/** Two lines of one subject side by side. */
public final class Ratios {
  private Ratios() {}

  /** How many times faster ours is; empty unless both were timed. */
  public static OptionalDouble speedup(Line ours, Line peer) {
    return ours.seconds().isEmpty() || peer.seconds().isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(peer.seconds().getAsDouble() / ours.seconds().getAsDouble());
  }

  /**
   * How many times faster ours could be at most: at its limit, and with the work that it counts and
   * no other; empty unless both were timed and the limit is known.
   */
  public static OptionalDouble speedupAtLimit(Line ours, Line peer) {
    OptionalDouble speedup = speedup(ours, peer);
    return speedup.isEmpty() || ours.fraction().isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(speedup.getAsDouble() / ours.fraction().getAsDouble());
  }

  /** Our memory as a fraction of the peer's; empty unless both were measured. */
  public static OptionalDouble memory(Line ours, Line peer) {
    return ours.memory().isEmpty() || peer.memory().isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of((double) ours.memory().getAsLong() / peer.memory().getAsLong());
  }
}
