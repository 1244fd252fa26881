package io.gramian.torch.djl;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import io.gramian.Device;
import io.gramian.torch.DjlBridge;
import io.gramian.torch.Session;
import io.gramian.torch.Stack;
import io.gramian.torch.TorchBridge;

/** PyTorch of DJL. */
final class DjlStack implements Stack<NDArray> {
  @Override
  public void assumeNatives() {
    assumeTrue(
        DjlStack.class.getResource("/native/lib/pytorch.properties") != null,
        "no natives of DJL's PyTorch for this platform");
  }

  @Override
  public TorchBridge<NDArray> open(Device device) {
    return DjlBridge.open(device);
  }

  @Override
  public Session<NDArray> session() {
    return new DjlSession();
  }
}
