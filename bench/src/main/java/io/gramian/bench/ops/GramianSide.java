package io.gramian.bench.ops;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Plan;
import io.gramian.Specs;
import io.gramian.Stream;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.bench.cases.OpCase;
import io.gramian.bench.peers.Side;
import io.gramian.op.Op;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An op on a device of this library: planned once, run into the same buffers. */
public final class GramianSide implements Side {
  private final List<Tensor> owned = new ArrayList<>();
  private final Device device;
  private final Op op;
  private final Bindings inputs;
  private final Bindings outputs;
  private final Plan plan;

  /** Plans the op; its inputs are copied where the device has memory of its own. */
  public GramianSide(Device device, OpCase one) {
    this.device = device;
    this.op = one.op();
    Map<String, Tensor> in = new LinkedHashMap<>(one.inputs().asMap());
    if (!device.place().isHost()) {
      in.replaceAll((_, tensor) -> own(device.upload(tensor, tensor.dtype())));
    }
    inputs = Bindings.of(in);
    DType result = device.backend().equals("reference") ? DType.F64 : DType.F32;
    Specs specs = op.signature(inputs.specs()).outputs(inputs.specs(), one.outputs(), result);
    Map<String, Tensor> out = new LinkedHashMap<>();
    for (Map.Entry<String, TensorSpec> entry : specs.asMap().entrySet()) {
      out.put(entry.getKey(), own(device.allocate(entry.getValue())));
    }
    outputs = Bindings.of(out);
    plan = newPlan();
  }

  /** One more plan of the op. */
  public Plan newPlan() {
    return op.plan(device, inputs, outputs);
  }

  /** Enqueues a run, and does not wait for it. */
  public void enqueue(Stream stream) {
    plan.run(stream, inputs, outputs);
  }

  /** Bytes of scratch memory of the plan. */
  public long workspaceBytes() {
    return plan.workspaceBytes();
  }

  @Override
  public void run() {
    plan.run(inputs, outputs);
  }

  @Override
  public Map<String, double[]> results() {
    Map<String, double[]> results = new LinkedHashMap<>();
    outputs.asMap().forEach((name, tensor) -> results.put(name, values(tensor)));
    return results;
  }

  @Override
  public void close() {
    plan.close();
    owned.forEach(Tensor::close);
  }

  private static double[] values(Tensor tensor) {
    if (tensor.dtype() != DType.I32) {
      return tensor.toDoubles();
    }
    int[] whole = tensor.toInts();
    double[] values = new double[whole.length];
    for (int i = 0; i < whole.length; i++) {
      values[i] = whole[i];
    }
    return values;
  }

  private Tensor own(Tensor tensor) {
    owned.add(tensor);
    return tensor;
  }
}
