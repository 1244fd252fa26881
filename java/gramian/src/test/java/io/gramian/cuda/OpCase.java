package io.gramian.cuda;

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
import io.gramian.cuda.device.CudaExecutor;
import io.gramian.op.Op;
import io.gramian.op.Signature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An op with inputs, run on a device and held against the reference, which sees the same values,
 * rounded to their element types. Rows lie apart in memory, inputs and outputs alike.
 */
public final class OpCase implements AutoCloseable {

  /** What rounding may leave of a result that is zero. */
  private static final double ZERO = 1e-7;

  private final Op op;
  private final Device device;
  private final DType dtype;
  private final Random random = new Random(11);
  private final Map<String, Tensor> host = new LinkedHashMap<>();
  private final Map<String, Tensor> inputs = new LinkedHashMap<>();
  private Maker maker;
  private double zero = ZERO;

  /** Makes an executor of the op other than the device does. */
  @FunctionalInterface
  public interface Maker {
    CudaExecutor make(Specs inputs, Specs outputs, PlanOptions options);
  }

  /** Runs on executors made in another way. */
  public OpCase with(Maker other) {
    maker = other;
    return this;
  }

  /** Results are next to zero, and all of their digits count. */
  public OpCase nextToZero() {
    zero = 0;
    return this;
  }

  public OpCase(Op op, Device device, DType dtype) {
    this.op = op;
    this.device = device;
    this.dtype = dtype;
  }

  /** Adds a data input of normally distributed numbers. */
  public OpCase data(String name, long... shape) {
    return tensor(name, dtype, gaussians(shape), shape);
  }

  /** Adds {@code modality1..n} [b,d]. */
  public OpCase modalities(int b, int n, int d) {
    for (int l = 1; l <= n; l++) {
      data("modality" + l, b, d);
    }
    return this;
  }

  /** Adds a data input, or puts other values into its place. */
  public OpCase values(String name, double[] values, long... shape) {
    return tensor(name, dtype, values, shape);
  }

  /** Adds an input of one number in some element type. */
  public OpCase scalar(String name, DType type, double value) {
    return tensor(name, type, new double[] {value});
  }

  public OpCase ints(String name, int[] values, long... shape) {
    Tensor tensor = Tensor.of(values, shape);
    host.put(name, tensor);
    inputs.put(name, device.upload(tensor, DType.I32));
    return this;
  }

  /** Adds a random upstream gradient of a result. */
  public OpCase upstream(String result, DType type) {
    Specs specs = Bindings.of(host).specs();
    long[] shape =
        op.signature(specs).outputs(specs, List.of(result), DType.F64).get(result).shape();
    return tensor("grad_" + result, type, gaussians(shape), shape);
  }

  /** The values of an input. */
  public double[] valuesOf(String name) {
    return host.get(name).toDoubles();
  }

  /** All outputs that the op has. */
  public Set<String> outputs() {
    return op.signature(Bindings.of(host).specs()).arguments(false).stream()
        .map(Signature.Argument::name)
        .collect(Collectors.toSet());
  }

  /**
   * Checks all outputs: together and each alone, overwritten and added to, gradients in f32 and in
   * the type of the data.
   */
  public void check() {
    Set<String> names = outputs();
    check(names, DType.F32, false);
    check(names, dtype, true);
    for (String name : names) {
      check(Set.of(name), DType.F32, false);
    }
  }

  /** Checks some outputs. */
  public void check(Set<String> names, DType gradients, boolean accumulate) {
    Map<String, double[]> actual = run(names, gradients, accumulate);
    Accuracy bounds = device.accuracy(dtype);
    try (Device reference = Device.open("reference")) {
      Bindings expected = op.evaluate(reference, Bindings.of(host), names);
      actual.forEach(
          (name, values) -> {
            boolean isGradient = name.startsWith("grad_");
            double[] want = expected.get(name).toDoubles();
            double before = isGradient && accumulate ? 1 : 0;
            double bound = isGradient ? bounds.gradients() : bounds.scores();
            double rounding = isGradient && gradients != DType.F32 ? 8e-3 * before : 0;
            assertClose(name, values, want, before, bound, zero + rounding);
          });
    }
  }

  /** The largest relative error of an element (i, i) of a result [b,b]. */
  public double relativeErrorOfDiagonal(String name) {
    double[] got = run(Set.of(name), DType.F32, false).get(name);
    try (Device reference = Device.open("reference")) {
      double[] want = op.evaluate(reference, Bindings.of(host), Set.of(name)).get(name).toDoubles();
      int b = (int) Math.round(Math.sqrt(want.length));
      double worst = 0;
      for (int i = 0; i < b; i++) {
        worst = Math.max(worst, Math.abs(got[i * b + i] / want[i * b + i] - 1));
      }
      return worst;
    }
  }

  private void assertClose(
      String name, double[] got, double[] want, double before, double bound, double zero) {
    double error = 0;
    double norm = 0;
    for (int i = 0; i < want.length; i++) {
      double difference = got[i] - want[i] - before;
      error += difference * difference;
      norm += want[i] * want[i];
    }
    assertThat(Math.sqrt(error))
        .as("%s of %s in %s, of %s", name, op, dtype, Math.sqrt(norm))
        .isLessThanOrEqualTo(bound * Math.sqrt(norm) + zero * Math.sqrt(want.length));
  }

  /**
   * Runs the op twice, with outputs in memory full of ones; the second run must repeat the first to
   * the bit.
   */
  public Map<String, double[]> run(Set<String> names, DType gradients, boolean accumulate) {
    Bindings in = Bindings.of(inputs);
    Map<String, Tensor> parents = new LinkedHashMap<>();
    Map<String, Tensor> out = new LinkedHashMap<>();
    op.signature(in.specs())
        .outputs(in.specs(), names, DType.F32)
        .asMap()
        .forEach(
            (name, spec) -> {
              boolean isGradient = name.startsWith("grad_") && spec.rank() > 0;
              TensorSpec typed = isGradient ? spec.as(gradients) : spec;
              TensorSpec apart = withGaps(typed);
              Tensor parent = device.allocate(TensorSpec.of(apart.dtype(), length(apart)));
              parents.put(name, parent);
              out.put(name, parent.view(0, apart));
            });
    try {
      Bindings bound = Bindings.of(out);
      PlanOptions options = PlanOptions.defaults().accumulate(accumulate);
      List<Map<String, double[]>> results = new ArrayList<>();
      if (maker == null) {
        try (Plan plan = op.plan(device, in.specs(), bound.specs(), options)) {
          for (int i = 0; i < 2; i++) {
            fill(parents);
            plan.run(in, bound);
            results.add(read(out, parents));
          }
        }
      } else {
        runMade(in, bound, options, () -> fill(parents), () -> results.add(read(out, parents)));
      }
      results
          .getLast()
          .forEach(
              (name, values) ->
                  assertThat(values).as(name).isEqualTo(results.getFirst().get(name)));
      return results.getFirst();
    } finally {
      parents.values().forEach(Tensor::close);
    }
  }

  private void runMade(
      Bindings in, Bindings out, PlanOptions options, Runnable before, Runnable after) {
    CudaExecutor executor = maker.make(in.specs(), out.specs(), options);
    TensorSpec bytes = TensorSpec.of(DType.F32, Math.ceilDiv(executor.workspaceBytes(), 4) + 1);
    try (Tensor workspace = device.allocate(bytes)) {
      for (int i = 0; i < 2; i++) {
        before.run();
        executor.run(device.defaultStream(), in, out, workspace.memory());
        after.run();
      }
    } finally {
      executor.free();
    }
  }

  private static void fill(Map<String, Tensor> parents) {
    parents
        .values()
        .forEach(
            parent -> {
              double[] ones = new double[Math.toIntExact(parent.spec().elements())];
              Arrays.fill(ones, 1);
              parent.copyFrom(ones);
            });
  }

  /** The values of outputs, once it is sure that nothing was written between their rows. */
  private static Map<String, double[]> read(Map<String, Tensor> out, Map<String, Tensor> parents) {
    Map<String, double[]> values = new HashMap<>();
    out.forEach(
        (name, tensor) -> {
          double[] own = tensor.toDoubles();
          values.put(name, own);
          double all = Arrays.stream(parents.get(name).toDoubles()).filter(v -> v == 1).count();
          double within = Arrays.stream(own).filter(v -> v == 1).count();
          double gaps = parents.get(name).spec().elements() - own.length;
          assertThat(all - within).as("untouched between rows of %s", name).isEqualTo(gaps);
        });
    return values;
  }

  private static long length(TensorSpec spec) {
    return spec.elements() == 0 ? 1 : spec.spanBytes() / spec.dtype().bytes();
  }

  private double[] gaussians(long... shape) {
    int count = Math.toIntExact(Arrays.stream(shape).reduce(1, (a, b) -> a * b));
    return random.doubles(count).map(ignored -> random.nextGaussian()).toArray();
  }

  private OpCase tensor(String name, DType type, double[] values, long... shape) {
    TensorSpec spec = withGaps(TensorSpec.of(type, shape));
    Tensor onHost = Tensor.zeros(spec);
    onHost.copyFrom(values);
    host.put(name, onHost);
    Tensor onDevice = device.allocate(spec);
    onDevice.copyFrom(values);
    Tensor before = inputs.put(name, onDevice);
    if (before != null) {
      before.close();
    }
    return this;
  }

  /** The same shape with gaps between rows, where there are rows. */
  private static TensorSpec withGaps(TensorSpec spec) {
    long[] shape = spec.shape();
    long[] strides = spec.strides();
    if (shape.length < 2 || spec.elements() == 0) {
      return spec;
    }
    long stride = shape[shape.length - 1] + 3;
    for (int axis = shape.length - 2; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= shape[axis];
    }
    return TensorSpec.strided(spec.dtype(), shape, strides);
  }

  @Override
  public void close() {
    inputs.values().forEach(Tensor::close);
  }
}
