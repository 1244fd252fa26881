package io.gramian;

import io.gramian.op.Names;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/**
 * Outputs of an op as tensors of another library, by name. Closing it closes them all, at once and
 * not when the garbage collector comes by.
 *
 * @param <T> the tensors of the library
 */
public final class Outputs<T> extends Named<T> implements AutoCloseable {
  private final ToDoubleFunction<T> reader;
  private final Consumer<T> closer;

  /**
   * For bridges.
   *
   * @param tensors the results by name
   * @param reader gives the value of a scalar, after the work before it
   * @param closer closes a tensor; does nothing a second time
   */
  public Outputs(Map<String, T> tensors, ToDoubleFunction<T> reader, Consumer<T> closer) {
    super(new LinkedHashMap<>(ParameterException.requireNonNull(tensors, "tensors")));
    this.reader = ParameterException.requireNonNull(reader, "a reader");
    this.closer = ParameterException.requireNonNull(closer, "a closer");
  }

  /**
   * {@return the value of {@code loss}; waits for the device}
   *
   * @throws ShapeException if it was not computed
   */
  public double loss() {
    return reader.applyAsDouble(get(Names.LOSS));
  }

  /** Closes the tensors; does nothing a second time. */
  @Override
  public void close() {
    CloseAll.of(
        asMap().values().stream().map(tensor -> (Runnable) () -> closer.accept(tensor)).toList());
  }
}
