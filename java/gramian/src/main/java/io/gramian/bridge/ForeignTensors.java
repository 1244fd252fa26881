package io.gramian.bridge;

import io.gramian.Place;
import io.gramian.TensorSpec;

/**
 * What a bridge asks of another library.
 *
 * @param <T> the tensors of that library
 */
public interface ForeignTensors<T> {
  /**
   * {@return what a tensor is} A call of a bridge asks it once of each.
   *
   * @param name of the tensor, for messages
   * @param tensor a tensor of the library
   * @throws io.gramian.ShapeException if Gramian takes no such tensors
   * @throws io.gramian.ClosedException if the tensor is closed
   */
  Foreign describe(String name, T tensor);

  /**
   * {@return a new packed tensor with undefined contents}
   *
   * @param like decides to whom the tensor belongs
   * @param place where {@code like} is and the new tensor is to be
   * @param spec element type, shape and strides
   */
  T allocate(T like, Place place, TensorSpec spec);

  /**
   * {@return whether somebody wants the gradient by an input}
   *
   * @param tensor a tensor of the library
   */
  default boolean requiresGradient(T tensor) {
    return true;
  }

  /**
   * Closes a tensor; does nothing a second time.
   *
   * @param tensor a tensor of the library
   */
  void close(T tensor);
}
