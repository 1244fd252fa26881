package io.gramian.bench.losses;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Plan;
import io.gramian.Specs;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A loss on a device of this library: planned once, run into the same buffers. */
public final class GramianSide implements Side {
  private final List<Tensor> owned = new ArrayList<>();
  private final Bindings inputs;
  private final Bindings outputs;
  private final Plan plan;

  /** Plans the loss; its inputs are copied where the device has memory of its own. */
  public GramianSide(Device device, LossCase loss) {
    Map<String, Tensor> in = new LinkedHashMap<>(loss.inputs().asMap());
    if (!device.place().isHost()) {
      in.replaceAll((_, tensor) -> own(device.upload(tensor, tensor.dtype())));
    }
    inputs = Bindings.of(in);
    Set<String> wanted = new LinkedHashSet<>(Set.of("loss"));
    loss.differentiable().forEach(name -> wanted.add("grad_" + name));
    DType result = device.backend().equals("reference") ? DType.F64 : DType.F32;
    Specs specs = loss.op().signature(inputs.specs()).outputs(inputs.specs(), wanted, result);
    Map<String, Tensor> out = new LinkedHashMap<>();
    for (Map.Entry<String, TensorSpec> entry : specs.asMap().entrySet()) {
      out.put(entry.getKey(), own(device.allocate(entry.getValue())));
    }
    outputs = Bindings.of(out);
    plan = loss.op().plan(device, inputs, outputs);
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
    outputs.asMap().forEach((name, tensor) -> results.put(name, tensor.toDoubles()));
    return results;
  }

  @Override
  public void close() {
    plan.close();
    owned.forEach(Tensor::close);
  }

  private Tensor own(Tensor tensor) {
    owned.add(tensor);
    return tensor;
  }
}
