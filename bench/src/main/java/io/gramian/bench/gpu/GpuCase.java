package io.gramian.bench.gpu;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Plan;
import io.gramian.Specs;
import io.gramian.Stream;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.bench.cases.OpCase;
import io.gramian.bench.report.Work;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** An op planned on a device, with several copies of its inputs that take turns. */
final class GpuCase implements AutoCloseable {
  private final OpCase one;
  private final List<Bindings> inputs = new ArrayList<>();
  private final List<Tensor> owned = new ArrayList<>();
  private final Bindings outputs;
  private final Plan plan;

  /**
   * Copies inputs and plans.
   *
   * @param dtype of vectors and of their gradients
   * @param copies of the inputs
   */
  GpuCase(Device device, OpCase one, DType dtype, int copies) {
    this.one = one;
    try {
      for (int i = 0; i < copies; i++) {
        Map<String, Tensor> set = new LinkedHashMap<>();
        one.inputs()
            .asMap()
            .forEach(
                (name, tensor) ->
                    set.put(name, own(device.upload(tensor, inputType(name, tensor, dtype)))));
        inputs.add(Bindings.of(set));
      }
      Bindings first = inputs.getFirst();
      Map<String, Tensor> out = new LinkedHashMap<>();
      Specs specs =
          one.op().signature(first.specs()).outputs(first.specs(), one.outputs(), DType.F32);
      specs
          .asMap()
          .forEach((name, spec) -> out.put(name, own(device.allocate(gradientType(name, spec)))));
      outputs = Bindings.of(out);
      plan = one.op().plan(device, first, outputs);
    } catch (RuntimeException e) {
      owned.forEach(Tensor::close);
      throw e;
    }
  }

  /** Enqueues a run on one of the copies. */
  void run(Stream stream, int count) {
    plan.run(stream, inputs.get(count % inputs.size()), outputs);
  }

  /** The values of the inputs as the device has them, in double precision on the host. */
  Bindings roundedInputs() {
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

  /** The outputs, in double precision on the host. */
  Map<String, double[]> results() {
    Map<String, double[]> results = new LinkedHashMap<>();
    outputs.asMap().forEach((name, tensor) -> results.put(name, tensor.toDoubles()));
    return results;
  }

  /** What a run takes beyond its inputs: outputs and workspace. */
  long memoryBytes() {
    return bytes(outputs) + plan.workspaceBytes();
  }

  /**
   * What a run has to do: operations where its product binds it, else bytes of inputs and outputs
   * in the element types of this case. A contrastive loss with gradients counts four products, as
   * its target does: scores, scores again, gradients of the anchors, gradients of the tuples.
   */
  Work work() {
    OptionalDouble flops = one.work().flops();
    if (flops.isEmpty()) {
      return Work.bytes(bytes(inputs.getFirst()) + bytes(outputs));
    }
    boolean again = one.shape().op().equals("contrastive") && one.shape().hasGradients();
    return Work.flops(again ? flops.getAsDouble() * 4 / 3 : flops.getAsDouble());
  }

  @Override
  public void close() {
    plan.close();
    owned.forEach(Tensor::close);
  }

  /** Whole numbers stay, and so do single numbers and upstream gradients, which are f32. */
  static DType inputType(String name, Tensor tensor, DType dtype) {
    boolean vectors = tensor.spec().rank() >= 2 && !name.startsWith("grad_");
    return vectors && tensor.dtype() != DType.I32 ? dtype : tensor.dtype();
  }

  /** A gradient has the type of what it belongs to. */
  private TensorSpec gradientType(String name, TensorSpec spec) {
    Tensor input =
        name.startsWith("grad_") ? inputs.getFirst().find(name.substring("grad_".length())) : null;
    return input == null ? spec : spec.as(input.dtype());
  }

  private Tensor own(Tensor tensor) {
    owned.add(tensor);
    return tensor;
  }

  private static long bytes(Bindings tensors) {
    return tensors.asMap().values().stream().mapToLong(one -> one.spec().spanBytes()).sum();
  }
}
