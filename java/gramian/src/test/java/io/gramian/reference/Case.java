package io.gramian.reference;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Tensor;
import io.gramian.op.Op;
import io.gramian.op.Signature;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;

/** An op with inputs for it. Built from a seed, so that every run sees the same numbers. */
final class Case {
  private final String name;
  private final Op op;
  private final Map<String, Tensor> inputs = new LinkedHashMap<>();
  private final Random random;

  Case(String name, Op op) {
    this.name = name;
    this.op = op;
    this.random = new Random(name.hashCode());
  }

  Op op() {
    return op;
  }

  Bindings inputs() {
    return Bindings.of(inputs);
  }

  /** Adds normally distributed numbers. */
  Case data(String input, long... shape) {
    inputs.put(input, random(shape));
    return this;
  }

  /** Adds {@code anchor} [b1,d] and n modalities [b2,d]. */
  Case pairs(int b1, int b2, int n, int d) {
    data("anchor", b1, d);
    return modalities(b2, n, d);
  }

  /** Adds {@code modality1..n} [b,d]. */
  Case modalities(int b, int n, int d) {
    for (int l = 1; l <= n; l++) {
      data("modality" + l, b, d);
    }
    return this;
  }

  Case values(String input, double[] values, long... shape) {
    inputs.put(input, Tensor.of(values, shape));
    return this;
  }

  Case scalar(String input, double value) {
    return values(input, new double[] {value});
  }

  Case labels(int... labels) {
    inputs.put("labels", Tensor.of(labels, labels.length));
    return this;
  }

  /** Adds a random upstream gradient of every result that takes one. */
  Case upstream() {
    Signature signature = op.signature(inputs().specs());
    for (Signature.Argument result : arguments(Signature.Kind.RESULT)) {
      if (signature.find("grad_" + result.name()) != null) {
        long[] shape =
            signature
                .outputs(inputs().specs(), List.of(result.name()), DType.F64)
                .get(result.name())
                .shape();
        data("grad_" + result.name(), shape);
      }
    }
    return this;
  }

  List<Signature.Argument> arguments(Signature.Kind kind) {
    return op.signature(inputs().specs()).arguments().stream()
        .filter(argument -> argument.kind() == kind)
        .toList();
  }

  private Tensor random(long... shape) {
    int count = Math.toIntExact(LongStream.of(shape).reduce(1, Math::multiplyExact));
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextGaussian();
    }
    return Tensor.of(values, shape);
  }

  @Override
  public String toString() {
    return name;
  }
}
