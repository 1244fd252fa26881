package io.gramian.bench.peers;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Plan;
import io.gramian.Specs;
import io.gramian.Stream;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.bench.workload.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/** An op on a device of this library: planned once, run into the same buffers. */
public final class GramianSide implements Side {
  private static final String GRADIENT = "grad_";

  private final Problem problem;
  private final Device device;
  private final List<Tensor> owned = new ArrayList<>();
  private final List<Bindings> inputs = new ArrayList<>();
  private final Bindings outputs;
  private final Plan plan;

  /** Plans the op, once its inputs are where the device can use them. */
  public GramianSide(Device device, Problem problem) {
    this(device, problem, 1, device::upload);
  }

  /**
   * Plans the op for several copies of its inputs.
   *
   * @param copies that take turns
   * @param upload puts an input on the device, rounded to an element type
   */
  public GramianSide(
      Device device, Problem problem, int copies, BiFunction<Tensor, DType, Tensor> upload) {
    this.device = device;
    this.problem = problem;
    try {
      for (int i = 0; i < copies; i++) {
        inputs.add(placed(upload));
      }
      Bindings first = inputs.getFirst();
      Specs specs =
          problem
              .op()
              .signature(first.specs())
              .outputs(first.specs(), problem.outputs(), device.resultType());
      Map<String, Tensor> out = new LinkedHashMap<>();
      specs.asMap().forEach((name, spec) -> out.put(name, own(device.allocate(typed(name, spec)))));
      outputs = Bindings.of(out);
      plan = newPlan();
    } catch (RuntimeException e) {
      owned.forEach(Tensor::close);
      throw e;
    }
  }

  /** One more plan of the op. */
  public Plan newPlan() {
    return problem.op().plan(device, inputs.getFirst(), outputs);
  }

  /** Enqueues a run on one of the copies of the inputs, and does not wait for it. */
  public void enqueue(Stream stream, int count) {
    plan.run(stream, inputs.get(count % inputs.size()), outputs);
  }

  /** Bytes of scratch memory of the plan. */
  public long workspaceBytes() {
    return plan.workspaceBytes();
  }

  /** Bytes of one copy of the inputs. */
  public long inputBytes() {
    return bytes(inputs.getFirst());
  }

  /** Bytes of the outputs. */
  public long outputBytes() {
    return bytes(outputs);
  }

  @Override
  public void run() {
    plan.run(inputs.getFirst(), outputs);
  }

  /** The values of the inputs as the device has them, in double precision on the host. */
  public Bindings roundedInputs() {
    Map<String, Tensor> rounded = new LinkedHashMap<>();
    inputs
        .getFirst()
        .asMap()
        .forEach(
            (name, tensor) ->
                rounded.put(
                    name,
                    tensor.dtype() == DType.I32
                        ? Tensor.of(tensor.toInts(), tensor.spec().shape())
                        : Tensor.of(tensor.toDoubles(), tensor.spec().shape())));
    return Bindings.of(rounded);
  }

  @Override
  public Map<String, double[]> results() {
    Map<String, double[]> results = new LinkedHashMap<>();
    outputs.asMap().forEach((name, tensor) -> results.put(name, tensor.toDoubles()));
    return results;
  }

  @Override
  public void close() {
    plan.close();
    owned.forEach(Tensor::close);
  }

  private Bindings placed(BiFunction<Tensor, DType, Tensor> upload) {
    Map<String, Tensor> in = new LinkedHashMap<>();
    problem
        .inputs()
        .asMap()
        .forEach(
            (name, tensor) -> {
              DType type = inputType(name, tensor);
              boolean usable = device.place().isHost() && type == tensor.dtype();
              in.put(name, usable ? tensor : own(upload.apply(tensor, type)));
            });
    return Bindings.of(in);
  }

  /** Vectors have the element type of the subject; scalars and upstream gradients stay f32. */
  private DType inputType(String name, Tensor tensor) {
    boolean vectors = tensor.spec().rank() >= 2 && !name.startsWith(GRADIENT);
    return vectors && tensor.dtype() != DType.I32 ? problem.subject().type() : tensor.dtype();
  }

  /** A gradient has the element type of what it belongs to. */
  private TensorSpec typed(String name, TensorSpec spec) {
    if (spec.dtype() == DType.F64 || !name.startsWith(GRADIENT)) {
      return spec;
    }
    return spec.as(inputs.getFirst().get(name.substring(GRADIENT.length())).dtype());
  }

  private Tensor own(Tensor tensor) {
    owned.add(tensor);
    return tensor;
  }

  private static long bytes(Bindings tensors) {
    return tensors.asMap().values().stream().mapToLong(one -> one.spec().spanBytes()).sum();
  }
}
