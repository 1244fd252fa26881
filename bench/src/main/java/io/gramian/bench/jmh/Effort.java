package io.gramian.bench.jmh;

/**
 * How often and how long.
 *
 * @param forks processes per side
 * @param warmSeconds for which Java has to compile nothing before a side is timed
 * @param seconds for which a side is timed, call by call
 * @param warmBursts bursts of calls that are too short for that, before the timing
 * @param bursts that are timed
 */
record Effort(int forks, double warmSeconds, double seconds, int warmBursts, int bursts) {
  /** For results. */
  static final Effort USUAL = new Effort(2, 0.3, 0.8, 20, 100);

  /** For a first look. */
  static final Effort QUICK = new Effort(1, 0.15, 0.2, 10, 50);

  /** A process, with its libraries and inputs. */
  private static final double START_SECONDS = 1.6;

  /** How many times {@link #warmSeconds} it takes until Java has compiled a side, about. */
  private static final int WARM_TURNS = 6;

  /** The same with half the time for calls. */
  Effort brief() {
    return new Effort(forks, warmSeconds, seconds / 2, warmBursts, bursts);
  }

  /** About how long a side takes, timed call by call. */
  double callSeconds() {
    return forks * (START_SECONDS + WARM_TURNS * warmSeconds + seconds);
  }

  /** About how long a side takes, timed by bursts. */
  double burstSeconds() {
    return forks * (START_SECONDS + WARM_TURNS * warmSeconds);
  }
}
