package io.gramian.cpu.sample;

import io.gramian.cpu.pair.TupleFactors;
import java.util.Arrays;

/**
 * Cholesky factorisation in float64, without pivoting, of the Gram matrix of one sample: G = U D
 * U^T. A dead pivot (see {@link TupleFactors#isDead}) leaves its vector out of what later ones are
 * projected on. One per worker, used anew for each sample.
 */
public final class SampleFactor {
  private final int k;
  private final double[] norms;
  private final double[] pivots;
  private final boolean[] dead;
  private final double[] unit;
  private final double[] row;

  SampleFactor(int k) {
    this.k = k;
    this.norms = new double[k];
    this.pivots = new double[k];
    this.dead = new boolean[k];
    this.unit = new double[k * k];
    this.row = new double[k];
  }

  /** Factors a symmetric matrix [k,k]. */
  public void factor(double[] gram) {
    for (int i = 0; i < k; i++) {
      norms[i] = gram[i * k + i];
      double pivot = norms[i];
      for (int j = 0; j < i; j++) {
        double rest = gram[i * k + j];
        for (int l = 0; l < j; l++) {
          rest -= unit[i * k + l] * unit[j * k + l] * pivots[l];
        }
        unit[i * k + j] = dead[j] ? 0 : rest / pivots[j];
        pivot -= unit[i * k + j] * unit[i * k + j] * pivots[j];
      }
      pivots[i] = Double.isFinite(pivot) ? pivot : Double.NaN;
      dead[i] = TupleFactors.isDead(pivots[i], norms[i]);
    }
  }

  /** Whether a pivot is dead. */
  public boolean isSingular() {
    for (boolean pivot : dead) {
      if (pivot) {
        return true;
      }
    }
    return false;
  }

  /** sqrt(det G), 0 if a pivot is dead. */
  public double volume() {
    double volume = 1;
    for (int i = 0; i < k; i++) {
      volume *= dead[i] ? 0 : Math.sqrt(pivots[i]);
    }
    return volume;
  }

  /** log det G, a dead pivot counted as its gate. */
  public double logDeterminant() {
    double sum = 0;
    for (int i = 0; i < k; i++) {
      sum += Math.log(dead[i] ? TupleFactors.gate(norms[i]) : pivots[i]);
    }
    return sum;
  }

  /** G^-1 [k,k] over the living pivots, times a factor. */
  public void inverse(double factor, double[] inverse) {
    Arrays.fill(inverse, 0);
    for (int i = 0; i < k; i++) {
      if (dead[i]) {
        continue;
      }
      // Row i of U^-1.
      row[i] = 1;
      for (int j = i - 1; j >= 0; j--) {
        row[j] = 0;
        for (int l = j + 1; l <= i; l++) {
          row[j] -= row[l] * unit[l * k + j];
        }
      }
      for (int r = 0; r <= i; r++) {
        for (int c = 0; c <= i; c++) {
          inverse[r * k + c] += factor * row[r] * row[c] / pivots[i];
        }
      }
    }
  }
}
