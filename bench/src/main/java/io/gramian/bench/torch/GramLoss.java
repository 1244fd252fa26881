package io.gramian.bench.torch;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * GRAM's loss (arXiv 2412.11959) as published: the Gram matrices of all pairs stacked to [B,B,k,k],
 * their determinants by {@code linalg_det}, and cross-entropy in both directions.
 */
final class GramLoss implements TorchExpression {
  private static final double LABEL_SMOOTHING = 0.1;
  private static final long MEAN = 1;
  private static final long IGNORE_NONE = -100;

  @Override
  public Tensor loss(Map<String, Tensor> inputs) {
    Tensor anchor = inputs.get("anchor");
    List<Tensor> modalities = new ArrayList<>();
    for (Tensor next; (next = inputs.get("modality" + (modalities.size() + 1))) != null; ) {
      modalities.add(next);
    }
    Tensor logits = volume(anchor, modalities).neg().div(inputs.get("temperature"));
    Tensor target =
        torch.arange(new Scalar(anchor.size(0)), new TensorOptions(torch.ScalarType.Long));
    return crossEntropy(logits, target).add(crossEntropy(logits.t(), target)).div(new Scalar(2f));
  }

  private static Tensor volume(Tensor anchor, List<Tensor> modalities) {
    long rows = anchor.size(0);
    long columns = modalities.getFirst().size(0);
    int k = modalities.size() + 1;
    Tensor[][] gram = new Tensor[k][k];
    gram[0][0] = rowDots(anchor, anchor).unsqueeze(1).expand(rows, columns);
    for (int i = 1; i < k; i++) {
      Tensor one = modalities.get(i - 1);
      gram[0][i] = torch.matmul(anchor, one.t());
      gram[i][0] = gram[0][i];
      for (int j = 1; j < k; j++) {
        gram[i][j] = rowDots(one, modalities.get(j - 1)).unsqueeze(0).expand(rows, columns);
      }
    }
    Tensor[] stacked = new Tensor[k];
    for (int i = 0; i < k; i++) {
      stacked[i] = torch.stack(new TensorVector(gram[i]), -1);
    }
    return torch.linalg_det(torch.stack(new TensorVector(stacked), -2)).abs().sqrt();
  }

  private static Tensor rowDots(Tensor a, Tensor b) {
    return torch.einsum("bi,bi->b", new TensorVector(a, b));
  }

  private static Tensor crossEntropy(Tensor logits, Tensor target) {
    return torch.cross_entropy_loss(
        logits, target, new TensorOptional(), MEAN, IGNORE_NONE, LABEL_SMOOTHING);
  }
}
