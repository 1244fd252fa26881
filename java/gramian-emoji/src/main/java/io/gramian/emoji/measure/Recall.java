package io.gramian.emoji.measure;

import io.gramian.emoji.heads.Matrix;
import io.gramian.emoji.heads.Products;
import io.gramian.emoji.losses.UnitRows;

/**
 * The fraction of queries whose own candidate is among the best 1, 5 or 10.
 *
 * @param at1 among the best one
 * @param at5 among the best five
 * @param at10 among the best ten
 */
public record Recall(double at1, double at5, double at10) {

  /**
   * The recall of square scores. A candidate that scores the same as the right one counts as
   * better, so that constant scores earn nothing; a score that is no number ranks last.
   *
   * @param scores [n, n]; row i's right candidate is i
   * @return the recall
   */
  public static Recall of(Matrix scores) {
    int n = scores.rows();
    double[] found = new double[3];
    for (int i = 0; i < n; i++) {
      int rank = rankOfOwn(scores.data()[i], i);
      found[0] += rank < 1 ? 1 : 0;
      found[1] += rank < 5 ? 1 : 0;
      found[2] += rank < 10 ? 1 : 0;
    }
    return new Recall(found[0] / n, found[1] / n, found[2] / n);
  }

  /**
   * Recall of one modality by another, by the cosine of their embeddings.
   *
   * @param queries of [n, dimension]
   * @param candidates of [n, dimension]
   * @param products how to multiply
   */
  static Recall byCosine(UnitRows queries, UnitRows candidates, Products products) {
    int rows = queries.norms().length;
    int columns = candidates.norms().length;
    float[] cosines = new float[rows * columns];
    products.multiply(
        queries.units().toFlat(),
        candidates.units().toFlat(),
        cosines,
        rows,
        queries.units().columns(),
        columns);
    return of(Matrix.ofFlat(cosines, columns));
  }

  private static int rankOfOwn(float[] row, int own) {
    int better = 0;
    for (int j = 0; j < row.length; j++) {
      // Negated, so that a right score that is no number loses to all.
      if (j != own && !(row[j] < row[own])) {
        better++;
      }
    }
    return better;
  }
}
