package io.gramian.torch.djl;

import ai.djl.ndarray.NDArray;
import io.gramian.torch.ViewContract;

/** {@link ViewContract} for DJL. */
final class DjlViewTest extends ViewContract<NDArray> {
  DjlViewTest() {
    super(new DjlStack());
  }
}
