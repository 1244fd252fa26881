package io.gramian.torch.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * GRAM's loss (arXiv 2412.11959) as its authors write it: unit vectors, the Gram matrix of every
 * anchor with every tuple, its determinant, and cross-entropy in both directions. Gradients are
 * autograd's.
 */
final class GramExpression {
  private static final float LABEL_SMOOTHING = 0.1f;

  private final Determinant determinant = new Determinant();

  /** The loss of {@code anchor}, {@code modality1}, …, and {@code temperature}. */
  NDArray loss(Map<String, NDArray> inputs) {
    List<NDArray> vectors = new ArrayList<>();
    inputs.forEach(
        (name, array) -> {
          if (!name.equals("temperature")) {
            vectors.add(array.normalize(2, 1, 1e-12));
          }
        });
    long batch = vectors.getFirst().getShape().get(0);
    NDList rows = new NDList();
    for (int i = 0; i < vectors.size(); i++) {
      NDList row = new NDList();
      for (int j = 0; j < vectors.size(); j++) {
        row.add(products(vectors, i, j, batch));
      }
      rows.add(NDArrays.stack(row, -1));
    }
    NDArray volume = determinant.of(NDArrays.stack(rows, -2)).abs().sqrt();
    NDArray logits = volume.neg().div(inputs.get("temperature"));
    return crossEntropy(logits, batch).add(crossEntropy(logits.transpose(), batch)).div(2);
  }

  /** Entry (i, j) of all Gram matrices, [B,B]: by pairs where the anchor is in it. */
  private static NDArray products(List<NDArray> vectors, int i, int j, long batch) {
    if (i == 0 && j > 0) {
      return vectors.get(0).matMul(vectors.get(j).transpose());
    }
    if (j == 0 && i > 0) {
      return products(vectors, j, i, batch);
    }
    NDArray own = vectors.get(i).mul(vectors.get(j)).sum(new int[] {1});
    return own.expandDims(i == 0 ? 1 : 0).broadcast(batch, batch);
  }

  /** Cross-entropy of rows, whose target is on the diagonal. */
  private static NDArray crossEntropy(NDArray logits, long batch) {
    NDArray logs = logits.logSoftmax(1);
    NDArray matching = logs.mul(logits.getManager().eye((int) batch)).sum().div(batch);
    return matching.mul(LABEL_SMOOTHING - 1).sub(logs.mean().mul(LABEL_SMOOTHING));
  }
}
