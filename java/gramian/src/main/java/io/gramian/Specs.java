package io.gramian;

import java.util.LinkedHashMap;
import java.util.Map;

/** Shapes and element types of the inputs or outputs of an op. */
public final class Specs extends Named<TensorSpec> {
  private static final Specs NONE = new Specs(new LinkedHashMap<>());

  private Specs(LinkedHashMap<String, TensorSpec> byName) {
    super(byName);
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
    return new Specs(new LinkedHashMap<>(ParameterException.requireNonNull(byName, "a map")));
  }

  /** A copy with one more, or with another under a name that is there. */
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
