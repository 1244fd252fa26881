package io.gramian.torch.djl;

import ai.djl.ndarray.NDArray;
import io.gramian.torch.MemoryContract;

/** {@link MemoryContract} for DJL. */
final class DjlMemoryTest extends MemoryContract<NDArray> {
  DjlMemoryTest() {
    super(new DjlStack());
  }
}
