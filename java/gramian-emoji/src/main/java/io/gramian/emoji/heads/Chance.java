package io.gramian.emoji.heads;

import java.util.SplittableRandom;

/**
 * Independent streams of random numbers by keys, so that every place draws the same whatever ran
 * before it and on however many threads.
 */
public final class Chance {
  private static final long GAMMA = 0x9E3779B97F4A7C15L;

  private Chance() {}

  /**
   * A stream.
   *
   * @param seed of all streams
   * @param keys which of them
   * @return its start
   */
  public static SplittableRandom of(long seed, long... keys) {
    return new SplittableRandom(key(seed, keys));
  }

  /**
   * One number for a seed and keys.
   *
   * @param seed of all numbers
   * @param keys which of them
   * @return any long
   */
  public static long key(long seed, long... keys) {
    long mixed = mix(seed + GAMMA);
    for (long key : keys) {
      mixed = mix((mixed ^ key) + GAMMA);
    }
    return mixed;
  }

  /** The finaliser of SplitMix64. */
  static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
