package io.gramian.bench.workload;

import com.google.auto.service.AutoService;
import io.gramian.Bindings;
import io.gramian.bench.report.Subject;
import io.gramian.bench.report.Work;
import io.gramian.op.Principal;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.StringViewOptional;
import org.bytedeco.pytorch.T_TensorTensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/** PMRL's loss of leading directions. */
@AutoService(Workload.class)
public final class PrincipalWorkload implements Workload {
  /** For the service loader. */
  public PrincipalWorkload() {}

  @Override
  public List<Sizes> sizes() {
    return List.of(Sizes.both("principal", "", 4, 256, 512, 1024).onDevice(8192));
  }

  @Override
  public Problem problem(Subject subject, Inputs source) {
    double batch = subject.batch();
    Bindings inputs =
        Bindings.of(
            "vectors",
            source.noise(17, subject.batch(), subject.modalities(), subject.dimension()));
    // Directions of half of the pairs, and what both of a pair get of them.
    double products = subject.hasGradients() ? 1.5 : 0.5;
    Work work = Work.flops(products * 2 * batch * batch * subject.dimension());
    return new Problem(subject, new Principal(), inputs, List.of("loss"), List.of("vectors"), work);
  }

  @Override
  public Optional<Expression> expression(Subject subject, Form form) {
    return form == Form.PUBLISHED
        ? Optional.of(inputs -> Torch.loss(inputs.get("vectors")))
        : Optional.empty();
  }

  private static final class Torch {
    private static final double LEAST_LENGTH = 1e-12;

    static Tensor loss(Tensor vectors) {
      Tensor units = TorchMath.units(vectors, LEAST_LENGTH);
      T_TensorTensorTensor_T svd = torch.linalg_svd(units, false, new StringViewOptional());
      Tensor u = svd.get2().select(1, 0);
      // The sign is left to the decomposition; here it is that of the sum of the vectors.
      Tensor sign = u.mul(units.sum(1)).sum(1).sign().unsqueeze(1).detach();
      u = u.mul(sign);
      long batch = vectors.size(0);
      TensorOptions whole = new TensorOptions(torch.ScalarType.Long);
      Tensor first = torch.zeros(new long[] {batch}, whole);
      Tensor own = torch.arange(new Scalar(batch), whole);
      return torch
          .cross_entropy_loss(svd.get1().div(new Scalar(0.05)), first)
          .add(torch.cross_entropy_loss(torch.matmul(u, u.t()).div(new Scalar(0.1)), own));
    }
  }
}
