package io.gramian;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/**
 * Tensors bound to the inputs or outputs of an op, by name. Build one and use it for many runs.
 * Immutable; keeps its order.
 */
public final class Bindings {
  private static final Bindings NONE = new Bindings(new LinkedHashMap<>());

  private final SequencedMap<String, Tensor> byName;
  private final Specs specs;

  private Bindings(LinkedHashMap<String, Tensor> byName) {
    this.byName = Collections.unmodifiableSequencedMap(byName);
    LinkedHashMap<String, TensorSpec> specsByName = new LinkedHashMap<>();
    byName.forEach((name, tensor) -> specsByName.put(name, tensor.spec()));
    this.specs = Specs.of(specsByName);
  }

  /** No tensors at all. */
  public static Bindings none() {
    return NONE;
  }

  /** A single one. */
  public static Bindings of(String name, Tensor tensor) {
    return NONE.with(name, tensor);
  }

  /** Those of a map, in its order. */
  public static Bindings of(Map<String, Tensor> byName) {
    return new Bindings(new LinkedHashMap<>(byName));
  }

  /** A copy with one more, or with another under a name that is there. */
  public Bindings with(String name, Tensor tensor) {
    LinkedHashMap<String, Tensor> copy = new LinkedHashMap<>(byName);
    copy.put(name, tensor);
    return new Bindings(copy);
  }

  /** The one of that name, or null. */
  public Tensor find(String name) {
    return byName.get(name);
  }

  /**
   * The one of that name.
   *
   * @throws ShapeException if there is none
   */
  public Tensor get(String name) {
    Tensor found = byName.get(name);
    if (found == null) {
      throw new ShapeException("expected a tensor named '" + name + "', got " + byName.keySet());
    }
    return found;
  }

  /** Whether there is one of that name. */
  public boolean has(String name) {
    return byName.containsKey(name);
  }

  /** Names in order. */
  public Set<String> names() {
    return byName.keySet();
  }

  /** All, in order. */
  public SequencedMap<String, Tensor> asMap() {
    return byName;
  }

  /** Those named {@code prefix1, prefix2, …} as far as the numbers go on. */
  public List<Tensor> numbered(String prefix) {
    List<Tensor> found = new ArrayList<>();
    for (Tensor next; (next = byName.get(prefix + (found.size() + 1))) != null; ) {
      found.add(next);
    }
    return found;
  }

  /** The shapes and element types of the tensors. */
  public Specs specs() {
    return specs;
  }

  @Override
  public String toString() {
    return byName.toString();
  }
}
