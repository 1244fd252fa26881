package io.gramian;

import java.util.LinkedHashMap;
import java.util.Map;

/** Shapes and element types of the inputs or outputs of an op. */
public final class Specs extends Named<TensorSpec> {
  private static final Specs NONE = new Specs(new LinkedHashMap<>());

  private Specs(LinkedHashMap<String, TensorSpec> byName) {
    super(byName);
  }

  /** {@return no specs at all} */
  public static Specs none() {
    return NONE;
  }

  /**
   * {@return a single one}
   *
   * @param name of the tensor
   * @param spec of that name
   */
  public static Specs of(String name, TensorSpec spec) {
    return NONE.with(name, spec);
  }

  /**
   * {@return those of a map, in its order}
   *
   * @param byName in the order to keep
   */
  public static Specs of(Map<String, TensorSpec> byName) {
    return new Specs(new LinkedHashMap<>(ParameterException.requireNonNull(byName, "a map")));
  }

  /**
   * {@return a copy with one more, or with another under a name that is there}
   *
   * @param name of the tensor
   * @param spec of that name
   */
  public Specs with(String name, TensorSpec spec) {
    return new Specs(plus(name, spec));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Specs that && asMap().equals(that.asMap());
  }

  @Override
  public int hashCode() {
    return asMap().hashCode();
  }
}
