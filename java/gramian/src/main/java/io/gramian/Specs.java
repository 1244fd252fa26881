package io.gramian;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/**
 * Shapes and element types of the inputs or outputs of an op, by name. Immutable; keeps its order.
 */
public final class Specs {
  private static final Specs NONE = new Specs(new LinkedHashMap<>());

  private final SequencedMap<String, TensorSpec> byName;

  private Specs(LinkedHashMap<String, TensorSpec> byName) {
    this.byName = Collections.unmodifiableSequencedMap(byName);
  }

  /** No specs at all. */
  public static Specs none() {
    return NONE;
  }

  /** A single one. */
  public static Specs of(String name, TensorSpec spec) {
    return NONE.with(name, spec);
  }

  /** Those of a map, in its order. */
  public static Specs of(Map<String, TensorSpec> byName) {
    return new Specs(new LinkedHashMap<>(byName));
  }

  /** A copy with one more, or with another under a name that is there. */
  public Specs with(String name, TensorSpec spec) {
    LinkedHashMap<String, TensorSpec> copy = new LinkedHashMap<>(byName);
    copy.put(name, spec);
    return new Specs(copy);
  }

  /** The one of that name, or null. */
  public TensorSpec find(String name) {
    return byName.get(name);
  }

  /**
   * The one of that name.
   *
   * @throws ShapeException if there is none
   */
  public TensorSpec get(String name) {
    TensorSpec found = byName.get(name);
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
  public SequencedMap<String, TensorSpec> asMap() {
    return byName;
  }

  /** Those named {@code prefix1, prefix2, …} as far as the numbers go on. */
  public List<TensorSpec> numbered(String prefix) {
    List<TensorSpec> found = new ArrayList<>();
    for (TensorSpec next; (next = byName.get(prefix + (found.size() + 1))) != null; ) {
      found.add(next);
    }
    return found;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Specs that && byName.equals(that.byName);
  }

  @Override
  public int hashCode() {
    return byName.hashCode();
  }

  @Override
  public String toString() {
    return byName.toString();
  }
}
