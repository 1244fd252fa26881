package io.gramian.bench.torch;

import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/**
 * CLIP's loss over the first rows, with all rows of the other side in the denominator.
 *
 * @param matched how many rows are known to match
 */
record ClipMatchedLoss(int matched) implements TorchExpression {
  @Override
  public Tensor result(Map<String, Tensor> inputs) {
    Tensor products = torch.matmul(inputs.get("text"), inputs.get("image").t());
    return of(products.div(inputs.get("temperature")), matched);
  }

  static Tensor of(Tensor logits, int matched) {
    Tensor target = torch.arange(new Scalar(matched), new TensorOptions(torch.ScalarType.Long));
    return torch
        .cross_entropy_loss(logits.narrow(0, 0, matched), target)
        .add(torch.cross_entropy_loss(logits.t().narrow(0, 0, matched), target))
        .div(new Scalar(2f));
  }
}
