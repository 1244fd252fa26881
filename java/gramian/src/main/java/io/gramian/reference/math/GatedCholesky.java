package io.gramian.reference.math;

import java.util.Arrays;

/**
 * G = U D U^T of a Gram matrix, U unit lower triangular, without pivoting. The pivot p_i in D is
 * the squared distance of vector i to the span of the earlier ones. Where it is at most 1e-12 of
 * the squared length, or that is at most 1e-30, the vector depends on the earlier ones: the pivot
 * is dead, and later vectors are projected on the living ones only.
 *
 * <p>A NaN or an infinity in G makes a pivot NaN, which is never dead.
 */
public final class GatedCholesky {
  private static final double RELATIVE_GATE = 1e-12;
  private static final double ABSOLUTE_GATE = 1e-30;

  private final int k;
  private final double[] diagonal;
  private final double[] pivots;
  private final boolean[] dead;
  private final double[] unitLower;

  /** Room for k x k matrices. */
  public GatedCholesky(int k) {
    this.k = k;
    this.diagonal = new double[k];
    this.pivots = new double[k];
    this.dead = new boolean[k];
    this.unitLower = new double[k * k];
  }

  /** Factors a matrix [k,k]; its lower triangle is read. */
  public GatedCholesky factor(double[] gram) {
    Arrays.fill(unitLower, 0);
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < i; j++) {
        double rest = gram[i * k + j];
        for (int l = 0; l < j; l++) {
          rest -= unitLower[i * k + l] * unitLower[j * k + l] * pivots[l];
        }
        unitLower[i * k + j] = dead[j] ? 0 : rest / pivots[j];
      }
      double pivot = gram[i * k + i];
      for (int l = 0; l < i; l++) {
        pivot -= unitLower[i * k + l] * unitLower[i * k + l] * pivots[l];
      }
      unitLower[i * k + i] = 1;
      diagonal[i] = gram[i * k + i];
      pivots[i] = Double.isFinite(pivot) ? pivot : Double.NaN;
      dead[i] = pivots[i] <= RELATIVE_GATE * diagonal[i] || diagonal[i] <= ABSOLUTE_GATE;
    }
    return this;
  }

  /** sqrt(det G); 0 if a pivot is dead. */
  double volume() {
    double volume = 1;
    for (int i = 0; i < k; i++) {
      volume *= dead[i] ? 0 : Math.sqrt(pivots[i]);
    }
    return volume;
  }

  /** det G / prod_i G_ii; 0 if a pivot is dead. */
  double normalizedDeterminant() {
    double ratio = 1;
    for (int i = 0; i < k; i++) {
      ratio *= dead[i] ? 0 : pivots[i] / diagonal[i];
    }
    return ratio;
  }

  /** log det G; a dead pivot counts as max(1e-12 G_ii, 1e-30). */
  public double logDeterminant() {
    double sum = 0;
    for (int i = 0; i < k; i++) {
      sum += Math.log(dead[i] ? Math.max(RELATIVE_GATE * diagonal[i], ABSOLUTE_GATE) : pivots[i]);
    }
    return sum;
  }

  /** Whether a pivot is dead. */
  boolean isSingular() {
    for (boolean pivot : dead) {
      if (pivot) {
        return true;
      }
    }
    return false;
  }

  /**
   * G^-1 [k,k] = U^-T D^-1 U^-1, summed over the living pivots: the gradient of {@link
   * #logDeterminant} with respect to G.
   */
  public void inverse(double[] inverse) {
    Arrays.fill(inverse, 0);
    double[] row = new double[k];
    for (int i = 0; i < k; i++) {
      if (dead[i]) {
        continue;
      }
      inverseRow(i, row);
      for (int r = 0; r <= i; r++) {
        for (int c = 0; c <= i; c++) {
          inverse[r * k + c] += row[r] * row[c] / pivots[i];
        }
      }
    }
  }

  /** Row i of U^-1, from row U = e_i: its elements up to i, the rest are 0. */
  private void inverseRow(int i, double[] row) {
    row[i] = 1;
    for (int j = i - 1; j >= 0; j--) {
      row[j] = 0;
      for (int l = j + 1; l <= i; l++) {
        row[j] -= row[l] * unitLower[l * k + j];
      }
    }
  }
}
