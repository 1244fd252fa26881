package io.gramian.bench.torch;

import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Weighted point clouds (WPSE, arXiv 2404.19228). */
final class CloudExpressions {
  private static final double LINEAR_WEIGHT = 0.667;
  private static final double KERNEL_WEIGHT = 0.333;
  private static final double SIGMA = 0.5;
  private static final double MIN_NORM = 1e-6;

  private CloudExpressions() {}

  /** The expression of one of the three ops. */
  static TorchExpression of(String op) {
    return switch (op) {
      case "pointcloud-embed" -> inputs -> embed(inputs, "");
      case "pointcloud-similarity" -> CloudExpressions::similarity;
      case "pointcloud-contrastive" -> CloudExpressions::contrastive;
      default -> throw new IllegalArgumentException(op);
    };
  }

  private static Tensor embed(Map<String, Tensor> inputs, String prefix) {
    Tensor points = units(inputs.get(prefix + "points"));
    Tensor weights = inputs.get(prefix + "weights").unsqueeze(-1);
    Tensor frequencies = inputs.get("frequencies");
    Tensor features =
        torch
            .matmul(points, frequencies.t())
            .add(inputs.get("phases"))
            .cos()
            .mul(new Scalar(Math.sqrt(2.0 / frequencies.size(0))));
    Tensor linear = points.mul(weights).mean(1).mul(new Scalar(Math.sqrt(LINEAR_WEIGHT)));
    Tensor kernel = features.mul(weights).mean(1).mul(new Scalar(Math.sqrt(KERNEL_WEIGHT)));
    return torch.cat(new TensorVector(linear, kernel), 1);
  }

  private static Tensor similarity(Map<String, Tensor> inputs) {
    Tensor x = units(inputs.get("x_points"));
    Tensor y = units(inputs.get("y_points"));
    Tensor xFlat = x.reshape(-1, x.size(2));
    Tensor yFlat = y.reshape(-1, y.size(2));
    Tensor kernel =
        SquaredDistances.of(xFlat, yFlat).mul(new Scalar(-1 / (2 * SIGMA * SIGMA))).exp();
    Tensor terms =
        torch
            .matmul(xFlat, yFlat.t())
            .mul(new Scalar(LINEAR_WEIGHT))
            .add(kernel, new Scalar(KERNEL_WEIGHT))
            .mul(inputs.get("x_weights").reshape(-1, 1))
            .mul(inputs.get("y_weights").reshape(1, -1));
    return terms.view(x.size(0), x.size(1), y.size(0), y.size(1)).mean(1, 3);
  }

  private static Tensor contrastive(Map<String, Tensor> inputs) {
    Tensor logits =
        torch.matmul(embed(inputs, "x_"), embed(inputs, "y_").t()).mul(inputs.get("scale"));
    Tensor target =
        torch.arange(new Scalar(logits.size(0)), new TensorOptions(torch.ScalarType.Long));
    return torch
        .cross_entropy_loss(logits, target)
        .add(torch.cross_entropy_loss(logits.t(), target))
        .div(new Scalar(2f));
  }

  private static Tensor units(Tensor points) {
    Tensor norms = points.norm(new ScalarOptional(new Scalar(2f)), new long[] {-1}, true);
    return points.div(norms.clamp_min(new Scalar(MIN_NORM)));
  }
}
