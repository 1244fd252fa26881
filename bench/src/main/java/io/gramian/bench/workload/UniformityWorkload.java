package io.gramian.bench.workload;

import com.google.auto.service.AutoService;
import io.gramian.Bindings;
import io.gramian.bench.report.Subject;
import io.gramian.op.Uniformity;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The uniformity of a set of unit vectors. */
@AutoService(Workload.class)
public final class UniformityWorkload implements Workload {
  /** For the service loader. */
  public UniformityWorkload() {}

  @Override
  public List<Sizes> sizes() {
    return List.of(Sizes.both("uniformity", "", 2, 1024, 2048, 4096).onDevice(8192));
  }

  @Override
  public Problem problem(Subject subject, Inputs source) {
    Bindings inputs = Bindings.of("x", Sets.rows(subject, source, 1, 0, 0));
    // Half of the pairs, and what both rows of a pair get of it.
    return Sets.loss(subject, new Uniformity().normalize(false), inputs, List.of("x"), 0.5, 1.5);
  }

  @Override
  public Optional<Expression> expression(Subject subject, Form form) {
    // As its authors write it: pdist is its fastest form too.
    return form == Form.PUBLISHED
        ? Optional.of(inputs -> Torch.loss(inputs.get("x")))
        : Optional.empty();
  }

  private static final class Torch {
    static Tensor loss(Tensor x) {
      return torch.pdist(x, 2).pow(new Scalar(2f)).mul(new Scalar(-2f)).exp().mean().log();
    }
  }
}
