package io.gramian.bench.workload;

import com.google.auto.service.AutoService;
import io.gramian.bench.report.Subject;
import io.gramian.op.SemanticDensity;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;

/** The semantic density loss of Gentle-CLIP / Set-CLIP (arXiv 2406.05766). */
@AutoService(Workload.class)
public final class SemanticDensityWorkload implements Workload {
  /** For the service loader. */
  public SemanticDensityWorkload() {}

  @Override
  public List<Sizes> sizes() {
    return List.of(Sizes.both("semantic-density", "", 2, 1024, 2048, 4096).onDevice(8192));
  }

  @Override
  public Problem problem(Subject subject, Inputs source) {
    return Sets.two(subject, new SemanticDensity(), source);
  }

  @Override
  public Optional<Expression> expression(Subject subject, Form form) {
    return form == Form.PUBLISHED
        ? Optional.of(inputs -> Torch.loss(inputs.get("x"), inputs.get("y")))
        : Optional.empty();
  }

  /** The expression; the distances of the two sets serve both directions. */
  static final class Torch {
    private static final double BANDWIDTH = 0.5;
    private static final double FACTOR = 3 / (32 * Math.PI * BANDWIDTH * BANDWIDTH);

    private Torch() {}

    static Tensor loss(Tensor x, Tensor y) {
      Tensor across = TorchMath.squaredDistances(x, y);
      Tensor ofX = density(TorchMath.squaredDistances(x, x), x);
      Tensor ofY = density(TorchMath.squaredDistances(y, y), y);
      return divergence(ofX, density(across, y))
          .add(divergence(ofY, density(across.t(), x)))
          .mul(range(x).reciprocal().add(range(y).reciprocal()));
    }

    /** Densities of a set at the points of the rows of distances to it. */
    private static Tensor density(Tensor distances, Tensor set) {
      Tensor variance = set.var(new long[] {0}, true, false).sum();
      return distances
          .div(variance)
          .mul(new Scalar(-1 / (4 * BANDWIDTH * BANDWIDTH)))
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
}
