package io.gramian.bench.workload;

import com.google.auto.service.AutoService;
import io.gramian.Bindings;
import io.gramian.bench.report.Subject;
import io.gramian.op.NtXent;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/** NT-Xent (SimCLR, arXiv 2002.05709) of neighbouring rows. */
@AutoService(Workload.class)
public final class NtXentWorkload implements Workload {
  /** For the service loader. */
  public NtXentWorkload() {}

  @Override
  public List<Sizes> sizes() {
    return List.of(Sizes.both("nt-xent", "", 2, 512, 1024, 2048).onDevice(8192));
  }

  @Override
  public Problem problem(Subject subject, Inputs source) {
    Bindings inputs =
        Bindings.of("views", Sets.rows(subject, source, 2, 0, 0))
            .with("temperature", source.scalar(Sets.TEMPERATURE));
    // 2 B rows: four times the pairs.
    return Sets.loss(
        subject, new NtXent(Sets.TEMPERATURE), inputs, List.of("views", "temperature"), 4, 8);
  }

  @Override
  public Optional<Expression> expression(Subject subject, Form form) {
    return form == Form.PUBLISHED
        ? Optional.of(in -> Torch.loss(Torch.cosines(in.get("views")).div(in.get("temperature"))))
        : Optional.empty();
  }

  /** The expression. */
  static final class Torch {
    private static final double LEAST_LENGTH = 1e-12;

    private Torch() {}

    static Tensor cosines(Tensor views) {
      Tensor units = TorchMath.units(views, LEAST_LENGTH);
      return torch.matmul(units, units.t());
    }

    static Tensor loss(Tensor logits) {
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
}
