package io.gramian.torch;

import io.gramian.ShapeException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/**
 * Outputs of an op as tensors of the stack, by the op's names: {@code loss}, {@code grad_anchor},
 * …. Closing it closes them all, at once and not when the garbage collector comes by.
 *
 * @param <T> the tensors of the stack
 */
public final class TorchResult<T> implements AutoCloseable {
  private final SequencedMap<String, T> tensors;
  private final ToDoubleFunction<T> reader;
  private final Consumer<T> closer;

  TorchResult(Map<String, T> tensors, ToDoubleFunction<T> reader, Consumer<T> closer) {
    this.tensors = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(tensors));
    this.reader = reader;
    this.closer = closer;
  }

  /**
   * The tensor of a name.
   *
   * @throws ShapeException if it was not computed
   */
  public T get(String name) {
    T tensor = tensors.get(name);
    if (tensor == null) {
      throw new ShapeException(
          "expected one of the computed outputs " + tensors.keySet() + ", got '" + name + "'");
    }
    return tensor;
  }

  /** All tensors, by name. */
  public Map<String, T> asMap() {
    return tensors;
  }

  /** The value of {@code loss}; waits for the device. */
  public double loss() {
    return reader.applyAsDouble(get("loss"));
  }

  /** Closes the tensors; does nothing a second time. */
  @Override
  public void close() {
    tensors.values().forEach(closer);
  }
}
