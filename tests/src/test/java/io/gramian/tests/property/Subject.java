package io.gramian.tests.property;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.op.Op;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** A backend whose ops have properties to hold, with the rounding that it may show. */
enum Subject {
  REFERENCE("reference", DType.F64, 1e-9),
  CPU("cpu", DType.F32, 5e-5);

  private final Device device;
  private final DType dtype;
  private final double tolerance;

  Subject(String backend, DType dtype, double tolerance) {
    this.device = Device.open(backend);
    this.dtype = dtype;
    this.tolerance = tolerance;
  }

  /** Two answers that differ by less than this, relative to their size, are the same. */
  double tolerance() {
    return tolerance;
  }

  Device device() {
    return device;
  }

  /** A tensor of this backend's element type. */
  Tensor tensor(double[] values, long... shape) {
    Tensor tensor = Tensor.zeros(TensorSpec.of(dtype, shape));
    tensor.copyFrom(values);
    return tensor;
  }

  /** All outputs of an op that has its upstream gradients, or those without gradients. */
  Map<String, double[]> evaluate(Op op, Bindings inputs) {
    Set<String> names =
        op.signature(inputs.specs()).arguments(false).stream()
            .map(argument -> argument.name())
            .collect(Collectors.toSet());
    return evaluate(op, inputs, names);
  }

  Map<String, double[]> evaluate(Op op, Bindings inputs, Set<String> names) {
    Map<String, double[]> values = new LinkedHashMap<>();
    op.evaluate(device, inputs, names)
        .asMap()
        .forEach((name, tensor) -> values.put(name, tensor.toDoubles()));
    return values;
  }
}
