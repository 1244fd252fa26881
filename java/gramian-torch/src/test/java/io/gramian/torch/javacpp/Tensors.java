package io.gramian.torch.javacpp;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gramian.torch.Values;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Tensors for tests. */
final class Tensors {
  private Tensors() {}

  /** Skips a test where PyTorch has no natives for this machine. */
  static void assumeNatives() {
    String resource = "/org/bytedeco/pytorch/" + Loader.getPlatform() + "/libtorch_cpu.so";
    assumeTrue(
        Tensors.class.getResource(resource) != null,
        "no natives of JavaCPP's PyTorch for this platform");
  }

  /** Normally distributed values, which autograd follows. */
  static Tensor parameter(long seed, long... shape) {
    return normal(seed, shape).set_requires_grad(true);
  }

  /** Normally distributed values. */
  static Tensor normal(long seed, long... shape) {
    int count = 1;
    for (long size : shape) {
      count *= Math.toIntExact(size);
    }
    return of(Values.normal(seed, count), shape);
  }

  /** A tensor of values. */
  static Tensor of(float[] values, long... shape) {
    return torch.tensor(values).reshape(shape).clone();
  }

  /** All values in row-major order. */
  static float[] values(Tensor tensor) {
    try (Tensor packed = tensor.detach().to(ScalarType.Float).contiguous()) {
      float[] values = new float[Math.toIntExact(packed.numel())];
      packed.data_ptr_float().get(values);
      return values;
    }
  }
}
