package io.gramian.cli.validate;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Plan;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.op.Signature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs a case on a device: every output that its inputs allow. */
final class CaseRunner implements AutoCloseable {
  /** Elements between strided rows, beyond the row itself; odd, so that rows are misaligned too. */
  private static final int GAP = 3;

  private final Device device;
  private final DType data;
  private final DType other;
  private final List<Tensor> owned = new ArrayList<>();

  /**
   * @param device where to run
   * @param data the element type of data
   * @param other the element type of other floating-point tensors and of outputs
   */
  CaseRunner(Device device, DType data, DType other) {
    this.device = device;
    this.data = data;
    this.other = other;
  }

  /**
   * Values that both sides of a comparison can hold: data rounded to one type, masks, scalars and
   * upstream gradients to another.
   */
  static Bindings rounded(ValidationCase one, DType data, DType other) {
    Signature signature = one.op().signature(one.inputs().specs());
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    one.inputs()
        .asMap()
        .forEach(
            (name, tensor) -> {
              boolean isData = signature.find(name).kind() == Signature.Kind.DATA;
              inputs.put(name, rounded(tensor, isData ? data : other));
            });
    return Bindings.of(inputs);
  }

  private static Tensor rounded(Tensor tensor, DType type) {
    if (!tensor.dtype().isFloating()) {
      return tensor;
    }
    Tensor narrow = Tensor.zeros(tensor.spec().as(type));
    narrow.copyFrom(tensor.toDoubles());
    return Tensor.of(narrow.toDoubles(), tensor.spec().shape());
  }

  /**
   * Runs the case twice.
   *
   * @param inputs packed host tensors
   * @return the values of every output in row-major order
   * @throws NotRepeatableException if the second run gives other bits than the first
   */
  Map<String, double[]> run(ValidationCase one, Bindings inputs) {
    Signature signature = one.op().signature(inputs.specs());
    Map<String, Tensor> in = new LinkedHashMap<>();
    inputs
        .asMap()
        .forEach(
            (name, tensor) -> in.put(name, input(signature.find(name), tensor, one.strided())));
    Map<String, Tensor> out = new LinkedHashMap<>();
    signature
        .outputs(inputs.specs(), signature.computable(inputs.specs()), other)
        .asMap()
        .forEach((name, spec) -> out.put(name, output(signature.find(name), spec, one.strided())));
    Bindings bound = Bindings.of(in);
    Bindings results = Bindings.of(out);
    try (Plan plan = one.op().plan(device, bound, results)) {
      plan.run(bound, results);
      Map<String, double[]> first = values(results);
      plan.run(bound, results);
      values(results)
          .forEach(
              (name, again) -> {
                if (!Arrays.equals(first.get(name), again)) {
                  throw new NotRepeatableException(name);
                }
              });
      return first;
    }
  }

  /** Two runs of one plan gave different bits. */
  static final class NotRepeatableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotRepeatableException(String output) {
      super("'" + output + "' differs from run to run");
    }
  }

  private Tensor input(Signature.Argument argument, Tensor host, boolean strided) {
    if (!host.dtype().isFloating()) {
      return keep(device.upload(host, host.dtype()));
    }
    boolean isData = argument.kind() == Signature.Kind.DATA;
    Tensor tensor = allocate(host.spec().as(isData ? data : other), strided && isData);
    tensor.copyFrom(host.toDoubles());
    return tensor;
  }

  private Tensor output(Signature.Argument argument, TensorSpec spec, boolean strided) {
    return allocate(spec, strided && argument.kind() == Signature.Kind.GRADIENT);
  }

  /** Memory full of NaN, so that what is read without being written, or between rows, shows. */
  private Tensor allocate(TensorSpec spec, boolean strided) {
    if (!strided || spec.rank() < 2) {
      Tensor tensor = keep(device.allocate(spec));
      poison(tensor);
      return tensor;
    }
    long[] shape = spec.shape();
    int last = shape.length - 1;
    long[] padded = shape.clone();
    padded[last] += GAP;
    TensorSpec whole = TensorSpec.of(spec.dtype(), padded);
    Tensor parent = keep(device.allocate(whole));
    poison(parent);
    return parent.view(0, TensorSpec.strided(spec.dtype(), shape, whole.strides()));
  }

  private static void poison(Tensor tensor) {
    if (tensor.dtype().isFloating()) {
      double[] values = new double[Math.toIntExact(tensor.spec().elements())];
      Arrays.fill(values, Double.NaN);
      tensor.copyFrom(values);
    }
  }

  private Tensor keep(Tensor tensor) {
    owned.add(tensor);
    return tensor;
  }

  private static Map<String, double[]> values(Bindings results) {
    Map<String, double[]> values = new LinkedHashMap<>();
    results.asMap().forEach((name, tensor) -> values.put(name, tensor.toDoubles()));
    return values;
  }

  @Override
  public void close() {
    owned.forEach(Tensor::close);
    owned.clear();
  }
}
