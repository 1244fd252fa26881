package io.gramian.conformance;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Tensor;
import io.gramian.op.Op;
import io.gramian.op.Signature;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Puts together the inputs of a {@link Case}. */
public final class CaseBuilder {
  private final Op op;
  private final RandomTensors random;
  private final Map<String, Tensor> inputs = new LinkedHashMap<>();
  private boolean strided;
  private boolean smooth = true;

  CaseBuilder(Op op, RandomTensors random) {
    this.op = op;
    this.random = random;
  }

  /** Adds normally distributed values. */
  public CaseBuilder data(String name, long... shape) {
    return tensor(name, random.normal(shape));
  }

  /** Adds an input, or puts another in its place. */
  public CaseBuilder tensor(String name, Tensor tensor) {
    inputs.put(name, tensor);
    return this;
  }

  /** Adds inputs, or puts others in their place. */
  public CaseBuilder tensors(Bindings bindings) {
    inputs.putAll(bindings.asMap());
    return this;
  }

  /** Adds given values. */
  public CaseBuilder values(String name, double[] values, long... shape) {
    return tensor(name, Tensor.of(values, shape));
  }

  /** Adds a tensor of one number. */
  public CaseBuilder scalar(String name, double value) {
    return values(name, new double[] {value});
  }

  /** Adds a vector of integers. */
  public CaseBuilder labels(String name, int... labels) {
    return tensor(name, Tensor.of(labels, labels.length));
  }

  /** Adds {@code anchor} [anchors, d] and {@code modality1..n} [tuples, d], all independent. */
  public CaseBuilder pairs(int anchors, int tuples, int n, int d) {
    return data("anchor", anchors, d).modalities(tuples, n, d);
  }

  /** Adds {@code modality1..n} [rows, d], all independent. */
  public CaseBuilder modalities(int rows, int n, int d) {
    for (int l = 1; l <= n; l++) {
      data("modality" + l, rows, d);
    }
    return this;
  }

  /** Adds a random upstream gradient of every result that takes one and has none yet. */
  public CaseBuilder upstream() {
    Bindings given = Bindings.of(inputs);
    Signature signature = op.signature(given.specs());
    for (Signature.Argument argument : signature.arguments(false)) {
      String name = "grad_" + argument.name();
      Signature.Argument upstream = signature.find(name);
      if (upstream != null && upstream.kind() == Signature.Kind.UPSTREAM && !given.has(name)) {
        data(
            name,
            signature
                .outputs(given.specs(), List.of(argument.name()), DType.F64)
                .get(argument.name())
                .shape());
      }
    }
    return this;
  }

  /** Rows lie apart in memory. */
  public CaseBuilder strided() {
    strided = true;
    return this;
  }

  /** The result has a kink or no gradient at these inputs. */
  public CaseBuilder degenerate() {
    smooth = false;
    return this;
  }

  /** The inputs so far. */
  public Bindings inputs() {
    return Bindings.of(inputs);
  }

  /**
   * The case.
   *
   * @param label what is special about it
   */
  public Case build(String label) {
    return new Case(strided ? label + ", strided" : label, op, inputs(), strided, smooth);
  }
}
