package io.gramian.torch.djl;

import ai.djl.ndarray.NDArray;
import io.gramian.torch.EdgeContract;

/** {@link EdgeContract} for DJL. */
final class DjlEdgeTest extends EdgeContract<NDArray> {
  DjlEdgeTest() {
    super(new DjlStack());
  }
}
