package io.gramian.bench.torch;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Ops of single samples, by batched products and determinants. */
final class SampleExpressions {
  private SampleExpressions() {}

  /** The expression of {@code gram}, {@code logdet} or {@code volume}. */
  static TorchExpression of(String op) {
    return inputs -> {
      Tensor vectors = inputs.get("vectors");
      Tensor gram = torch.bmm(vectors, vectors.transpose(1, 2));
      return switch (op) {
        case "gram" -> gram;
        case "logdet" -> torch.linalg_slogdet(gram).get1();
        case "volume" -> torch.linalg_det(gram).sqrt();
        default -> throw new IllegalArgumentException(op);
      };
    };
  }
}
