package io.gramian.reference.math;

import java.util.Arrays;

/** Multilinear inner products: sum_z of the product of the modalities; an absent factor is 1. */
final class MipScores extends ScoreTensor {
  private final int k;
  private final int d;
  private final double[][] gradients;

  MipScores(Rows[] modalities, int[] axisOf, boolean[][] absent) {
    super(modalities, axisOf, absent);
    this.k = modalities.length;
    this.d = modalities[0].d;
    this.gradients = zeros();
  }

  @Override
  double score(int[] index) {
    double sum = 0;
    for (double product : productWithout(-1, index)) {
      sum += product;
    }
    return sum;
  }

  @Override
  void addPartials(int[] index, double weight) {
    for (int p = 0; p < k; p++) {
      if (!isAbsent(p, index)) {
        Dense.addScaled(weight, productWithout(p, index), 0, gradients[p], row(p, index) * d, d);
      }
    }
  }

  @Override
  double[][] gradients() {
    return gradients;
  }

  /** The elementwise product of all modalities but one. */
  private double[] productWithout(int left, int[] index) {
    double[] product = new double[d];
    Arrays.fill(product, 1);
    for (int p = 0; p < k; p++) {
      if (p == left || isAbsent(p, index)) {
        continue;
      }
      double[] values = modalities[p].values;
      int offset = row(p, index) * d;
      for (int z = 0; z < d; z++) {
        product[z] *= values[offset + z];
      }
    }
    return product;
  }
}
