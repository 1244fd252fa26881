package io.gramian.reference.math;

/** Scores that are functions of the Gram matrix of an index tuple. */
final class GramScores extends ScoreTensor {
  private final int k;
  private final GramFunction function;

  /** Inner products of the modalities at two rows of the Gram matrix, lower triangle. */
  private final InnerProducts[][] products;

  private final double[] gram;

  /** Whether the member at a row of the Gram matrix is absent. */
  private final boolean[] absent;

  private final double[] partials;

  GramScores(GramFunction function, Rows[] modalities, int[] axisOf, boolean[][] absentRows) {
    super(modalities, axisOf, absentRows);
    this.k = modalities.length;
    this.function = function;
    this.products = new InnerProducts[k][k];
    for (int r = 0; r < k; r++) {
      for (int c = 0; c <= r; c++) {
        int p = modality(r);
        int q = modality(c);
        products[r][c] = new InnerProducts(modalities[p], modalities[q], axisOf[p] == axisOf[q]);
      }
    }
    this.gram = new double[k * k];
    this.absent = new boolean[k];
    this.partials = new double[k * k];
  }

  /** The modality at a row of the Gram matrix: the anchor comes last. */
  private int modality(int gramRow) {
    return (gramRow + 1) % k;
  }

  @Override
  double score(int[] index) {
    fillGram(index);
    return function.score(gram, absent);
  }

  @Override
  void addPartials(int[] index, double weight) {
    fillGram(index);
    function.partials(gram, absent, partials);
    for (int r = 0; r < k; r++) {
      for (int c = 0; c <= r; c++) {
        if (isFixed(r, c)) {
          continue;
        }
        double partial = r == c ? partials[r * k + c] : 2 * partials[r * k + c];
        products[r][c].addGradient(
            row(modality(r), index), row(modality(c), index), weight * partial);
      }
    }
  }

  @Override
  double[][] gradients() {
    double[][] gradients = zeros();
    for (int r = 0; r < k; r++) {
      for (int c = 0; c <= r; c++) {
        products[r][c].backward(gradients[modality(r)], gradients[modality(c)]);
      }
    }
    return gradients;
  }

  private void fillGram(int[] index) {
    for (int r = 0; r < k; r++) {
      absent[r] = isAbsent(modality(r), index);
    }
    for (int r = 0; r < k; r++) {
      for (int c = 0; c <= r; c++) {
        double entry =
            isFixed(r, c)
                ? (r == c ? 1 : 0)
                : products[r][c].at(row(modality(r), index), row(modality(c), index));
        gram[r * k + c] = entry;
        gram[c * k + r] = entry;
      }
    }
  }

  /** An absent modality is a unit vector orthogonal to all others: a row of the identity. */
  private boolean isFixed(int r, int c) {
    return absent[r] || absent[c];
  }
}
