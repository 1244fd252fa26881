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
  public Tensor result(Map<String, Tensor> inputs) {
    return of(cosines(inputs.get("views")).div(inputs.get("temperature")));
  }

  static Tensor cosines(Tensor views) {
    Tensor norms = views.norm(new ScalarOptional(new Scalar(2f)), new long[] {1}, true);
    Tensor units = views.div(norms.clamp_min(new Scalar(FLOOR)));
    return torch.matmul(units, units.t());
  }

  static Tensor of(Tensor logits) {
    long rows = logits.size(0);
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
