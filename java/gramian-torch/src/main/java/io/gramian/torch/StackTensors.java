package io.gramian.torch;

import io.gramian.bridge.Foreign;
import io.gramian.bridge.ForeignTensors;

/**
 * The tensors of a stack over libtorch: what that says of a handle is the same for both stacks.
 *
 * @param <T> the tensors of the stack
 */
abstract class StackTensors<T> implements ForeignTensors<T> {
  private final Libtorch libtorch;
  private final TorchTypes types;

  StackTensors(Libtorch libtorch) {
    this.libtorch = libtorch;
    this.types = new TorchTypes(libtorch);
  }

  /**
   * The address of the {@code at::Tensor} of a tensor.
   *
   * @throws io.gramian.ClosedException if it is closed
   */
  abstract long handle(T tensor);

  /**
   * The sum of all elements of a product, recorded by autograd; in f32 where the constant is
   * narrower, lest it overflows.
   */
  abstract T sumOfProduct(T recorded, T constant);

  /** The sum of two scalars, recorded by autograd. */
  abstract T add(T left, T right);

  /** Code that makes a dense copy of a tensor. */
  abstract String denseCopy(String name);

  /** What to do where no tensor requires a gradient. */
  abstract String hint();

  @Override
  public final Foreign describe(String name, T tensor) {
    TorchTensor found = libtorch.describe(handle(tensor));
    return new Foreign(
        found.address(), types.spec(name, found, denseCopy(name)), types.place(name, found));
  }

  final Libtorch libtorch() {
    return libtorch;
  }

  final TorchTypes types() {
    return types;
  }
}
