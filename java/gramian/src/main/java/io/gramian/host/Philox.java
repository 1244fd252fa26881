package io.gramian.host;

/**
 * The counter-based generator Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1,
 * 2, 3", 2011). The same key and counter give the same number on every backend.
 */
public final class Philox {
  private static final int ROUNDS = 10;
  private static final long MULTIPLIER_0 = 0xD2511F53L;
  private static final long MULTIPLIER_1 = 0xCD9E8D57L;
  private static final int WEYL_0 = 0x9E3779B9;
  private static final int WEYL_1 = 0xBB67AE85;
  private static final long LOW = 0xFFFFFFFFL;

  private Philox() {}

  /** The first of the four words for a counter (c0..c3) under a key. */
  public static int word(long key, int c0, int c1, int c2, int c3) {
    return block(key, c0, c1, c2, c3)[0];
  }

  /** The four words for a counter (c0..c3) under a key, whose low half is the first key word. */
  public static int[] block(long key, int c0, int c1, int c2, int c3) {
    int k0 = (int) key;
    int k1 = (int) (key >>> 32);
    for (int round = 0; round < ROUNDS; round++) {
      long p0 = MULTIPLIER_0 * (c0 & LOW);
      long p1 = MULTIPLIER_1 * (c2 & LOW);
      int next0 = (int) (p1 >>> 32) ^ c1 ^ k0;
      int next2 = (int) (p0 >>> 32) ^ c3 ^ k1;
      c1 = (int) p1;
      c3 = (int) p0;
      c0 = next0;
      c2 = next2;
      k0 += WEYL_0;
      k1 += WEYL_1;
    }
    return new int[] {c0, c1, c2, c3};
  }

  /** A word as a number in the open interval (0, 1). */
  public static double uniform(int word) {
    return ((word & LOW) + 0.5) * 0x1p-32;
  }

  /** Standard Gumbel noise of negatives that are drawn. */
  public static double gumbel(long seed, int row, int column, int step) {
    return -Math.log(-Math.log(uniform(word(seed, column, row, step, 0))));
  }
}
