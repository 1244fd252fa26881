package io.gramian.bench.workload;

import com.google.auto.service.AutoService;
import io.gramian.Bindings;
import io.gramian.Tensor;
import io.gramian.bench.report.Subject;
import io.gramian.bench.report.Work;
import io.gramian.op.Matching;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.global.torch;

/** The matching loss: two logits per pair. */
@AutoService(Workload.class)
public final class MatchingWorkload implements Workload {
  /** For the service loader. */
  public MatchingWorkload() {}

  @Override
  public List<Sizes> sizes() {
    return List.of(Sizes.both("matching", "", 2, 4096, 65536, 1048576));
  }

  @Override
  public Problem problem(Subject subject, Inputs source) {
    Tensor logits = source.noise(31, subject.batch(), 2);
    Bindings inputs =
        Bindings.of("logits", logits)
            .with("labels", source.labels(subject.batch(), i -> i % 3 == 0 ? 1 : 0));
    double passes = subject.hasGradients() ? 2 : 1;
    return new Problem(
        subject,
        new Matching(),
        inputs,
        List.of("loss"),
        List.of("logits"),
        Work.bytes(passes * logits.spec().spanBytes() + Inputs.bytes(subject.batch())));
  }

  @Override
  public Optional<Expression> expression(Subject subject, Form form) {
    return form == Form.PUBLISHED
        ? Optional.of(in -> torch.cross_entropy_loss(in.get("logits"), in.get("labels")))
        : Optional.empty();
  }
}
