package io.gramian.cpu.op;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.Accuracy;
import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Plan;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.device.VectorUnit;
import io.gramian.op.Op;
import io.gramian.op.Signature;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/** Inputs for an op, and the results of this backend held against those of the reference. */
final class AgainstReference {
  /** What rounding may leave of a result that is zero. */
  private static final double ZERO = 1e-9;

  private static final Device REFERENCE = Device.open("reference");

  /** Results must be the same to the bit on the first two. */
  private static final List<CpuDevice> DEVICES =
      List.of(
          new CpuDevice(CpuOps.TABLE, VectorUnit.best(), 1),
          new CpuDevice(CpuOps.TABLE, VectorUnit.best(), 3),
          new CpuDevice(CpuOps.TABLE, VectorUnit.none(), 2));

  private final Op op;
  private final DType dtype;
  private final Random random = new Random(5);
  private final Map<String, Tensor> inputs = new LinkedHashMap<>();

  AgainstReference(Op op, DType dtype) {
    this.op = op;
    this.dtype = dtype;
  }

  /** Adds a data input of normally distributed numbers with gaps between its rows. */
  AgainstReference data(String name, long... shape) {
    return tensor(name, dtype, gaussians(shape), shape);
  }

  /** Adds {@code anchor} [b1,d] and n modalities [b2,d]. */
  AgainstReference pairs(int b1, int b2, int n, int d) {
    data("anchor", b1, d);
    return modalities(b2, n, d);
  }

  /** Adds {@code modality1..n} [b,d]. */
  AgainstReference modalities(int b, int n, int d) {
    for (int l = 1; l <= n; l++) {
      data("modality" + l, b, d);
    }
    return this;
  }

  AgainstReference values(String name, double[] values, long... shape) {
    return tensor(name, dtype, values, shape);
  }

  AgainstReference scalar(String name, double value) {
    inputs.put(name, Tensor.of(new double[] {value}));
    return this;
  }

  AgainstReference ints(String name, int[] values, long... shape) {
    inputs.put(name, Tensor.of(values, shape));
    return this;
  }

  /** Adds a random upstream gradient of a result. */
  AgainstReference upstream(String result) {
    Specs specs = bindings().specs();
    long[] shape =
        op.signature(specs).outputs(specs, List.of(result), DType.F64).get(result).shape();
    return tensor("grad_" + result, DType.F64, gaussians(shape), shape);
  }

  Bindings bindings() {
    return Bindings.of(inputs);
  }

  /** Checks all outputs. */
  void check() {
    Set<String> all =
        op.signature(bindings().specs()).arguments(false).stream()
            .map(Signature.Argument::name)
            .collect(Collectors.toSet());
    check(all);
  }

  /**
   * Checks the named outputs: all at once and each alone, the same for any number of threads,
   * overwritten and accumulated, in float32 and in float64.
   */
  void check(Set<String> names) {
    Bindings expected = op.evaluate(REFERENCE, bindings(), names);
    Bindings first = null;
    for (CpuDevice device : DEVICES) {
      Bindings actual = run(device, names, DType.F32, PlanOptions.defaults(), 0);
      assertClose(device.name(), expected, actual, 0);
      if (first == null) {
        first = actual;
      } else if (device.vectors().equals(DEVICES.getFirst().vectors())) {
        assertSame(first, actual);
      }
    }
    PlanOptions accumulate = PlanOptions.defaults().accumulate(true);
    assertClose(
        "accumulated", expected, run(DEVICES.getFirst(), names, DType.F64, accumulate, 1), 1);
    for (String name : names) {
      Bindings alone =
          run(DEVICES.getFirst(), Set.of(name), DType.F32, PlanOptions.defaults(), Double.NaN);
      assertClose("alone", expected, alone, 0);
    }
  }

  private Bindings run(
      CpuDevice device, Set<String> names, DType result, PlanOptions options, double before) {
    Bindings in = bindings();
    Specs specs = op.signature(in.specs()).outputs(in.specs(), names, result);
    Map<String, Tensor> out = new LinkedHashMap<>();
    specs
        .asMap()
        .forEach(
            (name, spec) -> {
              Tensor tensor = Tensor.zeros(withGaps(spec));
              if (spec.dtype() != DType.I32) {
                double[] values = new double[Math.toIntExact(spec.elements())];
                java.util.Arrays.fill(values, before);
                tensor.copyFrom(values);
              }
              out.put(name, tensor);
            });
    Bindings bound = Bindings.of(out);
    try (Plan plan = op.plan(device, in.specs(), bound.specs(), options)) {
      plan.run(in, bound);
      plan.run(in, Bindings.of(copies(bound)));
    }
    return bound;
  }

  private static Map<String, Tensor> copies(Bindings bound) {
    Map<String, Tensor> copies = new LinkedHashMap<>();
    bound.asMap().forEach((name, tensor) -> copies.put(name, Tensor.zeros(tensor.spec())));
    return copies;
  }

  private void assertClose(String what, Bindings expected, Bindings actual, double gradientsFrom) {
    Accuracy bounds = DEVICES.getFirst().accuracy(dtype);
    actual
        .asMap()
        .forEach(
            (name, tensor) -> {
              if (tensor.dtype() == DType.I32) {
                assertThat(tensor.toInts()).as(name).isEqualTo(expected.get(name).toInts());
                return;
              }
              boolean isGradient = name.startsWith("grad_");
              double[] want = expected.get(name).toDoubles();
              double[] got = tensor.toDoubles();
              double error = 0;
              double norm = 0;
              for (int i = 0; i < want.length; i++) {
                double difference = got[i] - want[i] - (isGradient ? gradientsFrom : 0);
                error += difference * difference;
                norm += want[i] * want[i];
              }
              assertThat(Math.sqrt(error))
                  .as("%s, %s, of %s", name, what, Math.sqrt(norm))
                  .isLessThanOrEqualTo(
                      (isGradient ? bounds.gradients() : bounds.scores()) * Math.sqrt(norm) + ZERO);
            });
  }

  private static void assertSame(Bindings first, Bindings second) {
    first
        .asMap()
        .forEach(
            (name, tensor) ->
                assertThat(second.get(name).toDoubles()).as(name).isEqualTo(tensor.toDoubles()));
  }

  private double[] gaussians(long... shape) {
    int count = 1;
    for (long size : shape) {
      count = Math.toIntExact(count * size);
    }
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextGaussian();
    }
    return values;
  }

  private AgainstReference tensor(String name, DType type, double[] values, long... shape) {
    Tensor tensor = Tensor.zeros(withGaps(TensorSpec.of(type, shape)));
    tensor.copyFrom(values);
    inputs.put(name, tensor);
    return this;
  }

  /** The same shape with gaps between rows, where there are rows. */
  private static TensorSpec withGaps(TensorSpec spec) {
    long[] shape = spec.shape();
    long[] strides = spec.strides();
    if (shape.length < 2) {
      return spec;
    }
    long stride = shape[shape.length - 1] + 3;
    for (int axis = shape.length - 2; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= shape[axis];
    }
    return TensorSpec.strided(spec.dtype(), shape, strides);
  }
}
