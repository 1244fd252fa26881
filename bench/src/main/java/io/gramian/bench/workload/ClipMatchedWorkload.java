package io.gramian.bench.workload;

import com.google.auto.service.AutoService;
import io.gramian.Bindings;
import io.gramian.bench.report.Subject;
import io.gramian.op.ClipMatched;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** CLIP's loss over the first rows, with all rows of the other side in the denominator. */
@AutoService(Workload.class)
public final class ClipMatchedWorkload implements Workload {
  /** For the service loader. */
  public ClipMatchedWorkload() {}

  @Override
  public List<Sizes> sizes() {
    return List.of(Sizes.both("clip-matched", "", 2, 1024, 2048, 4096).onDevice(8192));
  }

  @Override
  public Problem problem(Subject subject, Inputs source) {
    int matched = Sets.matched(subject);
    Bindings inputs =
        Bindings.of("image", Sets.rows(subject, source, 1, 0, 0))
            .with("text", Sets.rows(subject, source, 1, 1, 0))
            .with("temperature", source.scalar(Sets.TEMPERATURE));
    double directions = 2.0 * matched / subject.batch();
    return Sets.loss(
        subject,
        new ClipMatched(matched, Sets.TEMPERATURE),
        inputs,
        List.of("image", "text", "temperature"),
        directions,
        3 * directions);
  }

  @Override
  public Optional<Expression> expression(Subject subject, Form form) {
    return form == Form.PUBLISHED
        ? Optional.of(inputs -> Torch.loss(inputs, Sets.matched(subject)))
        : Optional.empty();
  }

  private static final class Torch {
    static Tensor loss(Map<String, Tensor> inputs, int matched) {
      Tensor products = torch.matmul(inputs.get("text"), inputs.get("image").t());
      return TorchMath.clipLoss(products.div(inputs.get("temperature")), matched);
    }
  }
}
