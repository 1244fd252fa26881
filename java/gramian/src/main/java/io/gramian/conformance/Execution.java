package io.gramian.conformance;

import io.gramian.DType;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * How a case is run.
 *
 * @param data element type of data inputs
 * @param other element type of masks, scalars, upstream gradients and results
 * @param gradients element type of gradients
 * @param types element types of some tensors by name, in place of these
 * @param outputs which are computed; empty for all that the inputs allow
 * @param before what gradients hold before the run, which adds to it; NaN for a run that overwrites
 */
public record Execution(
    DType data,
    DType other,
    DType gradients,
    Map<String, DType> types,
    Set<String> outputs,
    double before) {

  /** Computes all outputs in one type and overwrites what they held. */
  public static Execution of(DType data, DType other) {
    return new Execution(data, other, other, Map.of(), Set.of(), Double.NaN);
  }

  /** All in float64. */
  static Execution exact() {
    return of(DType.F64, DType.F64);
  }

  /** The same with gradients of another type. */
  public Execution gradients(DType type) {
    return new Execution(data, other, type, types, outputs, before);
  }

  /** The same with a tensor of another type. */
  public Execution type(String name, DType type) {
    Map<String, DType> more = new TreeMap<>(types);
    more.put(name, type);
    return new Execution(data, other, gradients, more, outputs, before);
  }

  /** The same for some outputs. */
  public Execution only(Set<String> names) {
    return new Execution(data, other, gradients, types, names, before);
  }

  /** The same added to what gradients hold: all of them this. */
  public Execution onTopOf(double value) {
    return new Execution(data, other, gradients, types, outputs, value);
  }

  boolean accumulates() {
    return !Double.isNaN(before);
  }
}
