package io.gramian.testing;

import io.gramian.op.Similarity;
import java.util.Arrays;
import java.util.Random;

/**
 * Rows that match each other, for losses next to zero: what is left of them is in what the rows
 * that do not match have of the probability.
 */
public final class AlignedRows {
  private static final double NOISE = 0.02;

  private final Random random;

  /**
   * A source of rows.
   *
   * @param seed one seed gives one sequence
   */
  public AlignedRows(long seed) {
    this.random = new Random(seed);
  }

  /**
   * Independent normal numbers.
   *
   * @param count how many
   * @return values of float32
   */
  public double[] normal(int count) {
    return around(new double[count], 1);
  }

  /**
   * Rows next to others.
   *
   * @param rows what is near
   * @return values of float32
   */
  public double[] near(double[] rows) {
    return around(rows, NOISE);
  }

  /**
   * Anchors with a high score with the members of the same rows.
   *
   * @param similarity the score
   * @param members one array for each modality
   * @return values of float32
   */
  public double[] anchors(Similarity similarity, double[]... members) {
    boolean isProduct = similarity.equals(Similarity.mip());
    double[] centres = new double[members[0].length];
    Arrays.fill(centres, isProduct ? 1 : 0);
    for (double[] member : members) {
      for (int i = 0; i < centres.length; i++) {
        centres[i] =
            isProduct ? centres[i] * member[i] : centres[i] + member[i] / Math.sqrt(members.length);
      }
    }
    return near(centres);
  }

  /**
   * Rows of both in turn.
   *
   * @param first rows of some length
   * @param second as many
   * @param d the length
   * @return [2 rows, d]
   */
  public static double[] interleaved(double[] first, double[] second, int d) {
    double[] both = new double[2 * first.length];
    for (int at = 0; at < first.length; at += d) {
      System.arraycopy(first, at, both, 2 * at, d);
      System.arraycopy(second, at, both, 2 * at + d, d);
    }
    return both;
  }

  private double[] around(double[] rows, double noise) {
    return Arrays.stream(rows).map(v -> (float) (v + noise * random.nextGaussian())).toArray();
  }
}
