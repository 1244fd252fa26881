package io.gramian.bench.torch;

import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * The semantic density loss of Gentle-CLIP / Set-CLIP (arXiv 2406.05766). The distances of the two
 * sets serve both directions.
 */
final class SemanticDensityLoss implements TorchExpression {
  private static final double BANDWIDTH = 0.5;
  private static final double FACTOR = 3 / (32 * Math.PI * BANDWIDTH * BANDWIDTH);

  @Override
  public Tensor result(Map<String, Tensor> inputs) {
    return of(inputs.get("x"), inputs.get("y"));
  }

  static Tensor of(Tensor x, Tensor y) {
    Tensor across = SquaredDistances.of(x, y);
    Tensor divergence =
        divergence(density(SquaredDistances.of(x, x), x), density(across, y))
            .add(divergence(density(SquaredDistances.of(y, y), y), density(across.t(), x)));
    return divergence.mul(range(x).reciprocal().add(range(y).reciprocal()));
  }

  /** Densities of a set at the points of the rows of distances to it. */
  private static Tensor density(Tensor distances, Tensor set) {
    Tensor variance = set.var(new long[] {0}, true, false).sum();
    Tensor exponents = distances.div(variance).mul(new Scalar(-1 / (4 * BANDWIDTH * BANDWIDTH)));
    return exponents
        .exp()
        .sum(new long[] {1}, false, new ScalarTypeOptional())
        .mul(new Scalar(FACTOR));
  }

  private static Tensor divergence(Tensor p, Tensor q) {
    return p.sub(q).mul(p.div(q).log()).sum();
  }

  private static Tensor range(Tensor x) {
    long[] samples = {0};
    Tensor extent = x.amax(samples, false).sub(x.amin(samples, false));
    return extent.mul(extent).sum();
  }
}
