package io.gramian.torch.djl;

import ai.djl.ndarray.NDArray;
import io.gramian.torch.LossContract;

/** {@link LossContract} for DJL. */
final class DjlLossTest extends LossContract<NDArray> {
  DjlLossTest() {
    super(new DjlStack());
  }
}
