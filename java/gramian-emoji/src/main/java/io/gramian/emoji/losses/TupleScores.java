package io.gramian.emoji.losses;

import io.gramian.Bindings;
import io.gramian.Device;
import io.gramian.Tensor;
import io.gramian.emoji.heads.Matrix;
import io.gramian.op.Modalities;
import io.gramian.op.Similarity;
import io.gramian.op.SimilarityMatrix;
import java.util.List;
import java.util.Set;

/** How close anchors are to tuples. */
final class TupleScores {
  private TupleScores() {}

  /**
   * The library's matrix of scores.
   *
   * @param device where to compute
   * @param similarity of an anchor and a tuple
   * @param normalize whether rows are made unit first
   * @param embeddings [samples, dimension] of each modality, the anchor first
   * @return [samples, samples], a row per anchor
   */
  static Matrix of(
      Device device, Similarity similarity, boolean normalize, List<Matrix> embeddings) {
    List<String> names = Modalities.names(embeddings.size());
    Bindings rows = Bindings.none();
    for (int m = 0; m < names.size(); m++) {
      Matrix matrix = embeddings.get(m);
      rows = rows.with(names.get(m), Tensor.of(matrix.toFlat(), matrix.rows(), matrix.columns()));
    }
    SimilarityMatrix op = new SimilarityMatrix(similarity, normalize);
    Bindings result = op.evaluate(device, rows, Set.of("similarity"));
    return Matrix.ofFlat(result.get("similarity").toFloats(), embeddings.getFirst().rows());
  }

  /**
   * The mean cosine of an anchor with the members of a tuple.
   *
   * @param embeddings [samples, dimension] of each modality, the anchor first
   * @return [samples, samples], a row per anchor
   */
  static Matrix meanCosines(List<Matrix> embeddings) {
    UnitRows anchor = UnitRows.of(embeddings.getFirst());
    List<Matrix> others = embeddings.subList(1, embeddings.size());
    Matrix mean = Matrix.zeros(anchor.units().rows(), anchor.units().rows());
    for (Matrix other : others) {
      mean.addScaled(1f / others.size(), anchor.cosines(UnitRows.of(other)));
    }
    return mean;
  }
}
