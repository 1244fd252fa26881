package io.gramian.jcuda;

import io.gramian.Device;
import io.gramian.ParameterException;
import io.gramian.Tensor;

/** Host and device addresses look alike; taken for one another they end the process. */
final class Gpus {
  private Gpus() {}

  static void require(Device device) {
    if (device.place().isHost()) {
      throw new ParameterException(
          "expected a device of the backend cuda or emulated, got " + device);
    }
  }

  static void require(Tensor tensor) {
    if (tensor.place().isHost()) {
      throw new ParameterException("expected a tensor on a GPU, got " + tensor);
    }
  }
}
