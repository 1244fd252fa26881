package io.gramian.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.conformance.Case;
import io.gramian.conformance.CaseBuilder;
import io.gramian.conformance.CaseRunner;
import io.gramian.conformance.Conformance;
import io.gramian.conformance.Deviation;
import io.gramian.conformance.Execution;
import io.gramian.conformance.RandomTensors;
import io.gramian.cuda.device.CudaExecutor;
import io.gramian.op.Op;
import io.gramian.op.Signature;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An op with inputs, run on a device and held against the reference. Rows lie apart in memory,
 * inputs and outputs alike.
 */
public final class OpCase {
  private static final Device REFERENCE = Device.open("reference");

  private final Device device;
  private final DType dtype;
  private final CaseBuilder builder;
  private Execution how;
  private CaseRunner runner;

  /** Makes an executor of the op other than the device does. */
  @FunctionalInterface
  public interface Maker {
    /** An executor for tensors of these specs. */
    CudaExecutor make(Specs inputs, Specs outputs, PlanOptions options);
  }

  /**
   * A case without inputs yet.
   *
   * @param op what is run
   * @param device where
   * @param dtype element type of data inputs
   */
  public OpCase(Op op, Device device, DType dtype) {
    this.device = device;
    this.dtype = dtype;
    this.builder = Case.of(op, new RandomTensors(11)).strided();
    this.how = Execution.of(dtype, DType.F32);
    this.runner = new CaseRunner(device);
  }

  /** Runs on executors made in another way. */
  public OpCase with(Maker maker) {
    runner =
        new CaseRunner(device, (op, in, out, options) -> planned(maker.make(in, out, options)));
    return this;
  }

  private CaseRunner.Planned planned(CudaExecutor executor) {
    TensorSpec bytes = TensorSpec.of(DType.F32, Math.ceilDiv(executor.workspaceBytes(), 4) + 1);
    Tensor workspace = device.allocate(bytes);
    return new CaseRunner.Planned() {
      @Override
      public void run(Bindings inputs, Bindings outputs) {
        executor.run(device.defaultStream(), inputs, outputs, workspace.memory());
      }

      @Override
      public void close() {
        workspace.close();
        executor.free();
      }
    };
  }

  /** Adds a data input of normally distributed numbers. */
  public OpCase data(String name, long... shape) {
    builder.data(name, shape);
    return this;
  }

  /** Adds {@code modality1..n} [b,d]. */
  public OpCase modalities(int b, int n, int d) {
    builder.modalities(b, n, d);
    return this;
  }

  /** Adds inputs, or puts others into their place. */
  public OpCase tensors(Bindings tensors) {
    builder.tensors(tensors);
    return this;
  }

  /** Adds an input, or puts other values into its place. */
  public OpCase values(String name, double[] values, long... shape) {
    builder.values(name, values, shape);
    return this;
  }

  /** Adds an input of one number in some element type. */
  public OpCase scalar(String name, DType type, double value) {
    builder.scalar(name, value);
    how = how.type(name, type);
    return this;
  }

  /** Adds an input of integers. */
  public OpCase ints(String name, int[] values, long... shape) {
    builder.tensor(name, Tensor.of(values, shape));
    return this;
  }

  /** Adds a random upstream gradient of a result. */
  public OpCase upstream(String result, DType type) {
    builder.upstream();
    how = how.type("grad_" + result, type);
    return this;
  }

  /** The values of an input. */
  public double[] valuesOf(String name) {
    return builder.inputs().get(name).toDoubles();
  }

  /** All outputs that the op has. */
  public Set<String> outputs() {
    return builder.build("").signature().arguments(false).stream()
        .map(Signature.Argument::name)
        .collect(Collectors.toSet());
  }

  /**
   * Checks all outputs: together and each alone, overwritten and added to, gradients in f32 and in
   * the type of the data.
   */
  public void check() {
    assertThat(
            new Conformance(device, runner, REFERENCE)
                .failures(builder.build(""), how.only(outputs()), dtype))
        .isEmpty();
  }

  /** Checks some outputs. */
  public void check(Set<String> names, DType gradients, boolean accumulate) {
    Execution some = how.only(names).gradients(gradients);
    assertThat(
            new Conformance(device, runner, REFERENCE)
                .compare(builder.build(""), accumulate ? some.onTopOf(1) : some))
        .allMatch(Deviation::isWithin);
  }

  /** Runs the op twice; the second run must repeat the first to the bit. */
  public Map<String, double[]> run(Set<String> names) {
    return runner.run(builder.build(""), how.only(names));
  }

  /** The largest relative error of an element (i, i) of a result [b,b]. */
  public double relativeErrorOfDiagonal(String name) {
    Case one = builder.build("");
    Execution some = how.only(Set.of(name));
    Bindings rounded = CaseRunner.rounded(one, some);
    double[] got = run(Set.of(name)).get(name);
    double[] want = one.op().evaluate(REFERENCE, rounded, Set.of(name)).get(name).toDoubles();
    int b = (int) Math.round(Math.sqrt(want.length));
    double worst = 0;
    for (int i = 0; i < b; i++) {
      worst = Math.max(worst, Math.abs(got[i * b + i] / want[i * b + i] - 1));
    }
    return worst;
  }
}
