package io.gramian.emoji.losses;

import io.gramian.Bindings;
import io.gramian.Device;
import io.gramian.Plan;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.op.Op;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An op planned once for batches of one size, with tensors of its own on the device. */
final class PlannedOp implements AutoCloseable {
  private final List<Tensor> owned = new ArrayList<>();
  private final Bindings inputs;
  private final Bindings outputs;
  private final Plan plan;

  /**
   * @param device where to compute; not closed
   * @param op what to compute
   * @param inputs shapes by name
   * @param outputs shapes by name, gradients among them as far as they are wanted
   */
  PlannedOp(Device device, Op op, Map<String, TensorSpec> inputs, Map<String, TensorSpec> outputs) {
    try {
      this.inputs = allocate(device, inputs);
      this.outputs = allocate(device, outputs);
      this.plan = op.plan(device, this.inputs, this.outputs);
    } catch (RuntimeException e) {
      owned.forEach(Tensor::close);
      throw e;
    }
  }

  private Bindings allocate(Device device, Map<String, TensorSpec> specs) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    specs.forEach(
        (name, spec) -> {
          Tensor tensor = device.allocate(spec);
          owned.add(tensor);
          tensors.put(name, tensor);
        });
    return Bindings.of(tensors);
  }

  /** Sets an input to the values of an array, row by row. */
  void set(String input, float[] values) {
    inputs.get(input).copyFrom(values);
  }

  /** Sets a scalar input. */
  void set(String input, double value) {
    inputs.get(input).copyFrom(new double[] {value});
  }

  /** Computes the outputs from the inputs. */
  void run() {
    plan.run(inputs, outputs);
  }

  /** A copy of an output, row by row. */
  float[] floats(String output) {
    return outputs.get(output).toFloats();
  }

  /** A scalar output. */
  double item(String output) {
    return outputs.get(output).item();
  }

  @Override
  public void close() {
    plan.close();
    owned.forEach(Tensor::close);
  }
}
