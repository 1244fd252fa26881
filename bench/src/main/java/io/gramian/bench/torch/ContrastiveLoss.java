package io.gramian.bench.torch;

import io.gramian.bench.cases.CaseShape;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/**
 * Cross-entropy of scores in both directions with label smoothing: GRAM's loss (arXiv 2412.11959)
 * over volumes, CLIP's over cosines.
 *
 * @param shape of the case
 */
record ContrastiveLoss(CaseShape shape) implements TorchExpression {
  private static final double LABEL_SMOOTHING = 0.1;
  private static final long MEAN = 1;
  private static final long IGNORE_NONE = -100;

  @Override
  public Tensor result(Map<String, Tensor> inputs) {
    Tensor logits = Tuples.scores(shape, inputs).div(inputs.get("temperature"));
    Tensor target =
        torch.arange(new Scalar(logits.size(0)), new TensorOptions(torch.ScalarType.Long));
    return crossEntropy(logits, target).add(crossEntropy(logits.t(), target)).div(new Scalar(2f));
  }

  private static Tensor crossEntropy(Tensor logits, Tensor target) {
    return torch.cross_entropy_loss(
        logits, target, new TensorOptional(), MEAN, IGNORE_NONE, LABEL_SMOOTHING);
  }
}
