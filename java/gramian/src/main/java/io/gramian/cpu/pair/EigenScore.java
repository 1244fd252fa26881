package io.gramian.cpu.pair;

import io.gramian.cpu.simd.Resources;
import io.gramian.cpu.simd.Strip;
import io.gramian.host.SymmetricEigen;
import java.util.Arrays;

/**
 * The largest eigenvalue of Gram(a, M). With G = Q diag(g) Q^T of a tuple known, that of an anchor
 * is diag(g) bordered by z = Q^T c and |a|^2, see {@link BorderedDiagonal}.
 */
final class EigenScore extends PairScore {
  private final int n;
  private final double[] norms;

  /** Of each tuple the eigenvalues of G, in falling order, and its eigenvectors, one a row. */
  private final double[] values;

  private final double[] vectors;

  /** The gradients with respect to G, in the basis of its eigenvectors. */
  private final double[] sums;

  EigenScore(Resources resources, int anchors, int tuples, int n) {
    this.n = n;
    this.norms = resources.doubles(anchors);
    this.values = resources.doubles(tuples * n);
    this.vectors = resources.doubles(tuples * n * n);
    this.sums = resources.doubles(tuples * n * n);
  }

  @Override
  public void anchor(int anchor, double squaredNorm) {
    norms[anchor] = squaredNorm;
  }

  @Override
  public void tuple(int tuple, TupleGram gram) {
    double[] matrix = new double[n * n];
    for (int l = 0; l < n; l++) {
      for (int m = 0; m < n; m++) {
        // An absent member is left out: a zero vector has the eigenvalue 0.
        matrix[l * n + m] = l == m && gram.isAbsent(l) ? 0 : gram.get(l, m);
      }
    }
    SymmetricEigen eigen = new SymmetricEigen(n);
    eigen.decompose(matrix);
    for (int i = 0; i < n; i++) {
      values[tuple * n + i] = eigen.value(i);
      for (int l = 0; l < n; l++) {
        vectors[(tuple * n + i) * n + l] = eigen.element(i, l);
      }
    }
    Arrays.fill(sums, tuple * n * n, (tuple + 1) * n * n, 0);
  }

  @Override
  public void score(Strip strip) {
    BorderedDiagonal matrix = new BorderedDiagonal(values, strip.tuple * n, n);
    for (int i = 0; i < strip.length; i++) {
      solve(matrix, strip, i);
      strip.scores[strip.scoresAt + i] = (float) matrix.value();
    }
  }

  @Override
  public void weigh(Strip strip) {
    BorderedDiagonal matrix = new BorderedDiagonal(values, strip.tuple * n, n);
    int sumsAt = strip.tuple * n * n;
    double[] t = new double[n];
    for (int i = 0; i < strip.length; i++) {
      solve(matrix, strip, i);
      double weight = strip.weights[strip.weightsAt + i];
      for (int p = 0; p < n; p++) {
        t[p] = 2 * weight * matrix.partial(p, n);
        for (int q = 0; q < n; q++) {
          sums[sumsAt + p * n + q] += weight * matrix.partial(p, q);
        }
      }
      for (int l = 0; l < n; l++) {
        strip.c[strip.cAt + l * strip.cStride + i] = (float) inMembers(strip.tuple, t, l);
      }
      strip.normGradients[strip.normGradientsAt + i] += (float) (weight * matrix.partial(n, n));
    }
  }

  private void solve(BorderedDiagonal matrix, Strip strip, int i) {
    double norm = norms[strip.anchor + i];
    for (int p = 0; p < n; p++) {
      double sum = 0;
      for (int l = 0; l < n; l++) {
        double c = strip.c[strip.cAt + l * strip.cStride + i];
        sum += vectors[(strip.tuple * n + p) * n + l] * c;
      }
      matrix.border[p] = sum;
    }
    if (matrix.solve(norm)) {
      return;
    }
    for (int p = 0; p < n; p++) {
      double sum = 0;
      for (int l = 0; l < n; l++) {
        sum += vectors[(strip.tuple * n + p) * n + l] * strip.exact.dot(l, i);
      }
      matrix.border[p] = sum;
    }
    matrix.solveNearlyEqual(norm);
  }

  /** Element l of a vector that is given in the basis of the eigenvectors of a tuple. */
  private double inMembers(int tuple, double[] vector, int l) {
    double sum = 0;
    for (int p = 0; p < n; p++) {
      sum += vectors[(tuple * n + p) * n + l] * vector[p];
    }
    return sum;
  }

  @Override
  public boolean gramGradient(int tuple, double[] gradient) {
    double[] row = new double[n];
    double[] half = new double[n * n];
    for (int p = 0; p < n; p++) {
      System.arraycopy(sums, (tuple * n + p) * n, row, 0, n);
      for (int l = 0; l < n; l++) {
        half[l * n + p] = inMembers(tuple, row, l);
      }
    }
    for (int l = 0; l < n; l++) {
      System.arraycopy(half, l * n, row, 0, n);
      for (int m = 0; m < n; m++) {
        gradient[l * n + m] = inMembers(tuple, row, m);
      }
    }
    return true;
  }
}
