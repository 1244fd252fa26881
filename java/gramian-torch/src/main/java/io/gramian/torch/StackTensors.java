package io.gramian.torch;

import io.gramian.DType;

/**
 * What a bridge asks of a stack.
 *
 * @param <T> the tensors of the stack
 */
interface StackTensors<T> {
  /**
   * The address of the {@code at::Tensor} of a tensor.
   *
   * @throws io.gramian.ClosedException if it is closed
   */
  long handle(T tensor);

  /** Whether autograd wants a gradient of a tensor. */
  boolean requiresGradient(T tensor);

  /** A new packed tensor on the device of another one, with undefined contents. */
  T allocate(T like, DType dtype, long[] shape);

  /**
   * The sum of all elements of a product, recorded by autograd; in f32 where the constant is
   * narrower, lest it overflows.
   */
  T sumOfProduct(T recorded, T constant);

  /** The sum of two scalars, recorded by autograd. */
  T add(T left, T right);

  /** Closes a tensor; does nothing a second time. */
  void close(T tensor);

  /** Code that makes a dense copy of a tensor. */
  String denseCopy(String name);

  /** What to do where no tensor requires a gradient. */
  String hint();
}
