package io.gramian.reference.math;

import java.util.Arrays;

/** 1 - q, q = det G / prod_i G_ii; dq = q (tr(G^-1 dG) - sum_i dG_ii / G_ii). */
final class JgcsSquaredFunction implements GramFunction {
  private final int k;
  private final GatedCholesky cholesky;

  JgcsSquaredFunction(int k) {
    this.k = k;
    this.cholesky = new GatedCholesky(k);
  }

  @Override
  public double score(double[] gram, boolean[] absent) {
    return 1 - cholesky.factor(gram).normalizedDeterminant();
  }

  @Override
  public void partials(double[] gram, boolean[] absent, double[] partials) {
    if (cholesky.factor(gram).isSingular()) {
      Arrays.fill(partials, 0);
      return;
    }
    cholesky.inverse(partials);
    for (int i = 0; i < k; i++) {
      partials[i * k + i] -= 1 / gram[i * k + i];
    }
    Dense.scale(partials, -cholesky.normalizedDeterminant());
  }
}
