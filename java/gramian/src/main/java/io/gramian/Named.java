package io.gramian;

import io.gramian.op.Names;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;

/**
 * Something of each tensor of an op, by the tensor's name. Immutable; keeps its order.
 *
 * @param <T> what there is of each tensor
 */
public abstract sealed class Named<T> permits Bindings, Outputs, Specs {
  private final SequencedMap<String, T> byName;

  Named(LinkedHashMap<String, T> byName) {
    byName.forEach(
        (name, value) -> {
          ParameterException.requireNonNull(name, "a name of a tensor");
          ParameterException.requireNonNull(value, "something for '" + name + "'");
        });
    this.byName = Collections.unmodifiableSequencedMap(byName);
  }

  /** The entries with one more, or with another under a name that is there. */
  final LinkedHashMap<String, T> plus(String name, T value) {
    LinkedHashMap<String, T> copy = new LinkedHashMap<>(byName);
    copy.put(name, value);
    return copy;
  }

  /**
   * {@return the one of that name, or null}
   *
   * @param name of the tensor
   */
  public final T find(String name) {
    return byName.get(name);
  }

  /**
   * {@return the one of that name}
   *
   * @param name of the tensor
   * @throws ShapeException if there is none
   */
  public final T get(String name) {
    T found = byName.get(name);
    if (found == null) {
      throw new ShapeException("expected a tensor named '" + name + "', got " + byName.keySet());
    }
    return found;
  }

  /**
   * {@return whether there is one of that name}
   *
   * @param name of the tensor
   */
  public final boolean has(String name) {
    return byName.containsKey(name);
  }

  /**
   * {@return the gradient by the input or output of that name}
   *
   * @param name of the tensor
   * @throws ShapeException if it is not there
   */
  public final T gradient(String name) {
    return get(Names.gradient(name));
  }

  /** {@return names in order} */
  public final Set<String> names() {
    return byName.keySet();
  }

  /** {@return all, in order} */
  public final SequencedMap<String, T> asMap() {
    return byName;
  }

  /**
   * {@return those named {@code prefix1, prefix2, …} as far as the numbers go on}
   *
   * @param prefix what the names begin with
   */
  public final List<T> numbered(String prefix) {
    List<T> found = new ArrayList<>();
    for (T next; (next = byName.get(prefix + (found.size() + 1))) != null; ) {
      found.add(next);
    }
    return found;
  }

  @Override
  public final String toString() {
    return byName.toString();
  }
}
