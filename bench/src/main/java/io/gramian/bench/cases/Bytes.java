package io.gramian.bench.cases;

import io.gramian.DType;
import io.gramian.TensorSpec;

/** How much memory packed tensors take. */
final class Bytes {
  private Bytes() {}

  static double f32(long... shape) {
    return TensorSpec.of(DType.F32, shape).spanBytes();
  }
}
