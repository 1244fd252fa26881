package io.gramian.bench.workload;

import com.google.auto.service.AutoService;
import io.gramian.Bindings;
import io.gramian.Tensor;
import io.gramian.bench.report.Subject;
import io.gramian.bench.report.Work;
import io.gramian.op.Ops;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.bytedeco.pytorch.global.torch;

/** Ops of single samples: they read and write much and compute little. */
@AutoService(Workload.class)
public final class SampleWorkload implements Workload {
  /** For the service loader. */
  public SampleWorkload() {}

  @Override
  public List<Sizes> sizes() {
    return Stream.of("gram", "logdet", "volume")
        .flatMap(
            op ->
                Stream.of(
                    Sizes.forward(op, "", 4, 1024, 8192, 65536).unlessQuick(),
                    Sizes.both(op, "", 4, 1024, 8192, 65536)))
        .toList();
  }

  @Override
  public Problem problem(Subject subject, Inputs source) {
    String op = subject.op();
    long batch = subject.batch();
    long k = subject.modalities();
    Tensor vectors = source.noise(17, batch, k, subject.dimension());
    Bindings inputs = Bindings.of("vectors", vectors);
    long[] result = op.equals("gram") ? new long[] {batch, k, k} : new long[] {batch};
    double bytes = vectors.spec().spanBytes() + Inputs.bytes(result);
    if (subject.hasGradients()) {
      inputs = inputs.with("grad_" + op, source.noise(18, result));
      bytes *= 2;
    }
    return new Problem(
        subject, Ops.of(op, Map.of()), inputs, List.of(op), List.of("vectors"), Work.bytes(bytes));
  }

  @Override
  public Optional<Expression> expression(Subject subject, Form form) {
    return form == Form.PUBLISHED
        ? Optional.of(inputs -> Torch.result(subject.op(), inputs.get("vectors")))
        : Optional.empty();
  }

  private static final class Torch {
    static org.bytedeco.pytorch.Tensor result(String op, org.bytedeco.pytorch.Tensor vectors) {
      org.bytedeco.pytorch.Tensor gram = torch.bmm(vectors, vectors.transpose(1, 2));
      return switch (op) {
        case "logdet" -> torch.linalg_slogdet(gram).get1();
        case "volume" -> torch.linalg_det(gram).sqrt();
        default -> gram;
      };
    }
  }
}
