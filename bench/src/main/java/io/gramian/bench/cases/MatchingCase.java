package io.gramian.bench.cases;

import io.gramian.Bindings;
import io.gramian.Tensor;
import io.gramian.bench.report.Work;
import io.gramian.op.Matching;
import java.util.List;

/** The matching loss: two logits per pair. */
final class MatchingCase {
  private MatchingCase() {}

  static OpCase of(CaseShape shape, Inputs source) {
    Tensor logits = source.noise(31, shape.batch(), 2);
    Bindings inputs =
        Bindings.of("logits", logits)
            .with("labels", source.labels(shape.batch(), i -> i % 3 == 0 ? 1 : 0));
    double passes = shape.hasGradients() ? 2 : 1;
    return new OpCase(
        shape,
        new Matching(),
        inputs,
        List.of("loss"),
        List.of("logits"),
        Work.bytes(passes * logits.spec().spanBytes() + Bytes.f32(shape.batch())));
  }
}
