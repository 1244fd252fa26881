package io.gramian.bench.workload;

import com.google.auto.service.AutoService;
import io.gramian.bench.report.Subject;
import io.gramian.op.Mmd;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** The squared maximum mean discrepancy with one Gaussian kernel. */
@AutoService(Workload.class)
public final class MmdWorkload implements Workload {
  /** For the service loader. */
  public MmdWorkload() {}

  @Override
  public List<Sizes> sizes() {
    return List.of(Sizes.both("mmd", "", 2, 1024, 2048, 4096).onDevice(8192));
  }

  @Override
  public Problem problem(Subject subject, Inputs source) {
    return Sets.two(subject, new Mmd(), source);
  }

  @Override
  public Optional<Expression> expression(Subject subject, Form form) {
    return form == Form.PUBLISHED
        ? Optional.of(inputs -> Torch.loss(inputs.get("x"), inputs.get("y")))
        : Optional.empty();
  }

  /** The expression. */
  static final class Torch {
    private static final double VARIANCE = 0.5;

    private Torch() {}

    static Tensor loss(Tensor x, Tensor y) {
      return meanKernel(x, x).add(meanKernel(y, y)).sub(meanKernel(x, y), new Scalar(2f));
    }

    private static Tensor meanKernel(Tensor x, Tensor y) {
      return TorchMath.squaredDistances(x, y).mul(new Scalar(-1 / (2 * VARIANCE))).exp().mean();
    }
  }
}
