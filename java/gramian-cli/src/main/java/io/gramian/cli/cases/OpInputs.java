package io.gramian.cli.cases;

import io.gramian.DType;
import io.gramian.ShapeException;
import io.gramian.Specs;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.cli.npz.NpyArray;
import io.gramian.op.Op;
import io.gramian.op.Signature;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Turns arrays from a file into the host tensors that an op takes, by the names and kinds of its
 * signature. Data gets one element type; masks, scalars and upstream gradients keep full precision
 * but hold rounded values where rounding was asked for.
 */
public final class OpInputs {
  private static final String INPUT = "in.";
  private static final String OUTPUT = "out.";

  private OpInputs() {}

  /**
   * The inputs among the arrays of a file: those named {@code in.*} without that prefix or, where
   * there are none, all but those named {@code out.*}.
   *
   * @param arrays all arrays of the file
   * @return the inputs by name
   */
  public static Map<String, NpyArray> select(Map<String, NpyArray> arrays) {
    boolean prefixed = arrays.keySet().stream().anyMatch(name -> name.startsWith(INPUT));
    Map<String, NpyArray> inputs = new LinkedHashMap<>();
    arrays.forEach(
        (name, array) -> {
          if (prefixed && name.startsWith(INPUT)) {
            inputs.put(name.substring(INPUT.length()), array);
          } else if (!prefixed && !name.startsWith(OUTPUT)) {
            inputs.put(name, array);
          }
        });
    return inputs;
  }

  /**
   * Host tensors of inputs.
   *
   * @param op the op that takes them
   * @param arrays the inputs by name
   * @param rounding the element type that floating-point values are rounded to; null for none
   * @param exact the type of whatever is not rounded: f64 on the reference, f32 elsewhere
   * @throws ShapeException if an array is unknown or has not the kind of numbers that it needs
   */
  static Map<String, Tensor> tensors(
      Op op, Map<String, NpyArray> arrays, DType rounding, DType exact) {
    Signature signature = op.signature(specs(arrays, exact));
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    arrays.forEach(
        (name, array) -> {
          Signature.Argument argument = signature.find(name);
          if (argument == null || !argument.kind().isInput()) {
            throw new ShapeException(
                op.name()
                    + ": unknown input '"
                    + name
                    + "'; expected "
                    + signature.arguments(true).stream().map(Signature.Argument::name).toList());
          }
          tensors.put(name, tensor(op, argument, array, rounding, exact));
        });
    return tensors;
  }

  private static Specs specs(Map<String, NpyArray> arrays, DType dtype) {
    Map<String, TensorSpec> specs = new LinkedHashMap<>();
    arrays.forEach((name, array) -> specs.put(name, TensorSpec.of(dtype, array.shape())));
    return Specs.of(specs);
  }

  private static Tensor tensor(
      Op op, Signature.Argument argument, NpyArray array, DType rounding, DType exact) {
    if (argument.kind() == Signature.Kind.LABELS) {
      return Tensor.of(labels(op, argument, array), array.shape());
    }
    DType stored = argument.kind() == Signature.Kind.DATA && rounding != null ? rounding : exact;
    double[] values = rounding == null ? array.toDoubles() : rounded(array, rounding);
    Tensor tensor = Tensor.zeros(TensorSpec.of(stored, array.shape()));
    tensor.copyFrom(values);
    return tensor;
  }

  private static double[] rounded(NpyArray array, DType rounding) {
    Tensor tensor = Tensor.zeros(TensorSpec.of(rounding, array.shape()));
    tensor.copyFrom(array.toDoubles());
    return tensor.toDoubles();
  }

  private static int[] labels(Op op, Signature.Argument argument, NpyArray array) {
    if (!array.isInteger()) {
      throw new ShapeException(
          op.name() + ": '" + argument.name() + "' holds floating point; expected integers");
    }
    return Arrays.stream(array.toLongs())
        .mapToInt(
            value -> {
              if (value != (int) value) {
                throw new ShapeException(
                    op.name() + ": '" + argument.name() + "' holds " + value + ", beyond 32 bits");
              }
              return (int) value;
            })
        .toArray();
  }
}
