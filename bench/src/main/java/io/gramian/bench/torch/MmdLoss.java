package io.gramian.bench.torch;

import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** The squared maximum mean discrepancy with one Gaussian kernel. */
final class MmdLoss implements TorchExpression {
  private static final double VARIANCE = 0.5;

  @Override
  public Tensor result(Map<String, Tensor> inputs) {
    return of(inputs.get("x"), inputs.get("y"));
  }

  static Tensor of(Tensor x, Tensor y) {
    return meanKernel(x, x).add(meanKernel(y, y)).sub(meanKernel(x, y), new Scalar(2f));
  }

  private static Tensor meanKernel(Tensor x, Tensor y) {
    return SquaredDistances.of(x, y).mul(new Scalar(-1 / (2 * VARIANCE))).exp().mean();
  }
}
