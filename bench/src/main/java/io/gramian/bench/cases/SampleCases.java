package io.gramian.bench.cases;

import io.gramian.Bindings;
import io.gramian.Tensor;
import io.gramian.bench.report.Work;
import io.gramian.op.Op;
import io.gramian.op.Ops;
import java.util.List;
import java.util.Map;

/** Ops of single samples: they read and write much and compute little. */
final class SampleCases {
  private SampleCases() {}

  static OpCase of(CaseShape shape, Inputs source) {
    Op op = Ops.of(shape.op(), Map.of());
    long batch = shape.batch();
    long k = shape.modalities();
    Tensor vectors = source.noise(17, batch, k, shape.dimension());
    Bindings inputs = Bindings.of("vectors", vectors);
    long[] result = shape.op().equals("gram") ? new long[] {batch, k, k} : new long[] {batch};
    double bytes = vectors.spec().spanBytes() + Bytes.f32(result);
    if (shape.hasGradients()) {
      inputs = inputs.with("grad_" + shape.op(), source.noise(18, result));
      bytes += vectors.spec().spanBytes() + Bytes.f32(result);
    }
    return new OpCase(
        shape, op, inputs, List.of(shape.op()), List.of("vectors"), Work.bytes(bytes));
  }
}
