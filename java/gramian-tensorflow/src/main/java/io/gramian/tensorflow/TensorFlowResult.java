package io.gramian.tensorflow;

import io.gramian.ShapeException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.tensorflow.types.family.TType;

/**
 * Outputs of an op as tensors of TensorFlow, by the op's names: {@code loss}, {@code grad_anchor},
 * …. Closing it closes them all.
 */
public final class TensorFlowResult implements AutoCloseable {
  private final SequencedMap<String, TType> tensors;

  TensorFlowResult(Map<String, TType> tensors) {
    this.tensors = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(tensors));
  }

  /**
   * The tensor of a name.
   *
   * @throws ShapeException if it was not computed
   */
  public TType get(String name) {
    TType tensor = tensors.get(name);
    if (tensor == null) {
      throw new ShapeException(
          "expected one of the computed outputs " + tensors.keySet() + ", got '" + name + "'");
    }
    return tensor;
  }

  /** All tensors, by name. */
  public SequencedMap<String, TType> asMap() {
    return tensors;
  }

  /** Closes the tensors; does nothing a second time. */
  @Override
  public void close() {
    tensors.values().forEach(TType::close);
  }
}
