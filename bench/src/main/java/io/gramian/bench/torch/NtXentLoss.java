package io.gramian.bench.torch;

import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/** NT-Xent (SimCLR, arXiv 2002.05709) of neighbouring rows. */
final class NtXentLoss implements TorchExpression {
  private static final double FLOOR = 1e-12;

  @Override
  public Tensor loss(Map<String, Tensor> inputs) {
    Tensor views = inputs.get("views");
    long rows = views.size(0);
    Tensor norms = views.norm(new ScalarOptional(new Scalar(2f)), new long[] {1}, true);
    Tensor units = views.div(norms.clamp_min(new Scalar(FLOOR)));
    Tensor logits = torch.matmul(units, units.t()).div(inputs.get("temperature"));
    Tensor diagonal = torch.eye(rows, new TensorOptions(torch.ScalarType.Bool));
    Tensor others = logits.masked_fill(diagonal, new Scalar(Float.NEGATIVE_INFINITY));
    return torch.cross_entropy_loss(others, partners(rows));
  }

  /** 1, 0, 3, 2, 5, 4, … */
  private static Tensor partners(long rows) {
    long[] partners = new long[Math.toIntExact(rows)];
    for (int i = 0; i < partners.length; i++) {
      partners[i] = i ^ 1;
    }
    return torch.tensor(partners, new TensorOptions(torch.ScalarType.Long));
  }
}
