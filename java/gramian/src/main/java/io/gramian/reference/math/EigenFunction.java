package io.gramian.reference.math;

import io.gramian.host.SymmetricEigen;
import io.gramian.op.Similarity;

/** The largest eigenvalue of the Gram matrix without the absent members. */
final class EigenFunction implements GramFunction {
  private final int k;
  private final SymmetricEigen eigen;

  EigenFunction(int k) {
    this.k = k;
    this.eigen = new SymmetricEigen(k);
  }

  @Override
  public double score(double[] gram, boolean[] absent) {
    decompose(gram, absent);
    return eigen.value(0);
  }

  @Override
  public void partials(double[] gram, boolean[] absent, double[] partials) {
    decompose(gram, absent);
    eigen.meanProjection(Similarity.Eigen.EQUAL, partials);
  }

  /** An absent member becomes a zero vector, whose eigenvalue 0 is never above the others. */
  private void decompose(double[] gram, boolean[] absent) {
    double[] present = gram.clone();
    for (int l = 0; l < k; l++) {
      if (absent[l]) {
        present[l * k + l] = 0;
      }
    }
    eigen.decompose(present);
  }
}
