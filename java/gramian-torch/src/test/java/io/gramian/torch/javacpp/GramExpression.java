package io.gramian.torch.javacpp;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * GRAM's loss (arXiv 2412.11959) as its authors write it: unit vectors, the Gram matrix of every
 * anchor with every tuple, its determinant, and cross-entropy in both directions. Gradients are
 * autograd's.
 */
final class GramExpression {
  private static final double LABEL_SMOOTHING = 0.1;
  private static final int MEAN = 1;
  private static final long IGNORE_NONE = -100;

  private GramExpression() {}

  /** The loss of {@code anchor}, {@code modality1}, …, and {@code temperature}. */
  static Tensor loss(Map<String, Tensor> inputs) {
    List<Tensor> vectors = new ArrayList<>();
    inputs.forEach(
        (name, tensor) -> {
          if (!name.equals("temperature")) {
            vectors.add(unit(tensor));
          }
        });
    long batch = vectors.getFirst().size(0);
    List<Tensor> rows = new ArrayList<>();
    for (int i = 0; i < vectors.size(); i++) {
      List<Tensor> row = new ArrayList<>();
      for (int j = 0; j < vectors.size(); j++) {
        row.add(products(vectors, i, j, batch));
      }
      rows.add(torch.stack(vector(row), -1));
    }
    Tensor volume = torch.linalg_det(torch.stack(vector(rows), -2)).abs().sqrt();
    Tensor logits = volume.neg().div(inputs.get("temperature"));
    Tensor target = torch.arange(new Scalar(batch), new TensorOptions(torch.ScalarType.Long));
    return crossEntropy(logits, target).add(crossEntropy(logits.t(), target)).div(new Scalar(2.0));
  }

  /** Entry (i, j) of all Gram matrices, [B,B]: by pairs where the anchor is in it. */
  private static Tensor products(List<Tensor> vectors, int i, int j, long batch) {
    if (i == 0 && j > 0) {
      return torch.matmul(vectors.get(0), vectors.get(j).t());
    }
    if (j == 0 && i > 0) {
      return products(vectors, j, i, batch);
    }
    Tensor own = vectors.get(i).mul(vectors.get(j)).sum(1);
    return own.unsqueeze(i == 0 ? 1 : 0).expand(batch, batch);
  }

  private static Tensor unit(Tensor x) {
    Tensor norm = x.norm(new ScalarOptional(new Scalar(2.0)), new long[] {1}, true);
    return x.div(norm.clamp_min(new Scalar(1e-12)));
  }

  private static Tensor crossEntropy(Tensor logits, Tensor target) {
    return torch.cross_entropy_loss(
        logits, target, new TensorOptional(), MEAN, IGNORE_NONE, LABEL_SMOOTHING);
  }

  private static TensorVector vector(List<Tensor> tensors) {
    return new TensorVector(tensors.toArray(Tensor[]::new));
  }
}
