package io.gramian;

import io.gramian.op.Names;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tensors bound to the inputs or outputs of an op. Build one and use it for many runs. */
public final class Bindings extends Named<Tensor> {
  private static final Bindings NONE = new Bindings(new LinkedHashMap<>());

  private final Specs specs;

  private Bindings(LinkedHashMap<String, Tensor> byName) {
    super(byName);
    LinkedHashMap<String, TensorSpec> specsByName = new LinkedHashMap<>();
    byName.forEach((name, tensor) -> specsByName.put(name, tensor.spec()));
    this.specs = Specs.of(specsByName);
  }

  /** {@return no tensors at all} */
  public static Bindings none() {
    return NONE;
  }

  /**
   * {@return a single one}
   *
   * @param name of the tensor
   * @param tensor of that name
   */
  public static Bindings of(String name, Tensor tensor) {
    return NONE.with(name, tensor);
  }

  /**
   * {@return those of a map, in its order}
   *
   * @param byName in the order to keep
   */
  public static Bindings of(Map<String, Tensor> byName) {
    return new Bindings(new LinkedHashMap<>(ParameterException.requireNonNull(byName, "a map")));
  }

  /**
   * {@return a copy with one more, or with another under a name that is there}
   *
   * @param name of the tensor
   * @param tensor of that name
   */
  public Bindings with(String name, Tensor tensor) {
    return new Bindings(plus(name, tensor));
  }

  /**
   * {@return the value of {@code loss}; waits for the device}
   *
   * @throws ShapeException if there is none
   */
  public double loss() {
    return get(Names.LOSS).item();
  }

  /** {@return the shapes and element types of the tensors} */
  public Specs specs() {
    return specs;
  }
}
