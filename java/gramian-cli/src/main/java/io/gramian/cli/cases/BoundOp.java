package io.gramian.cli.cases;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Plan;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.Stream;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.cli.npz.NpyArray;
import io.gramian.op.Op;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An op that is planned on a device, with its inputs and room for its outputs there. */
public final class BoundOp implements AutoCloseable {
  private final List<Tensor> owned = new ArrayList<>();
  private final Bindings inputs;
  private final Bindings outputs;
  private final Plan plan;

  BoundOp(Device device, Op op, Bindings host, Specs outputSpecs, PlanOptions options) {
    try {
      Map<String, Tensor> in = new LinkedHashMap<>();
      host.asMap()
          .forEach((name, tensor) -> in.put(name, keep(device.upload(tensor, tensor.dtype()))));
      Map<String, Tensor> out = new LinkedHashMap<>();
      outputSpecs.asMap().forEach((name, spec) -> out.put(name, keep(device.allocate(spec))));
      inputs = Bindings.of(in);
      outputs = Bindings.of(out);
      plan = op.plan(device, inputs.specs(), outputs.specs(), options);
    } catch (RuntimeException e) {
      owned.forEach(Tensor::close);
      throw e;
    }
  }

  /** The plan. */
  public Plan plan() {
    return plan;
  }

  /** The outputs on the device. */
  public Bindings outputs() {
    return outputs;
  }

  /** Runs the op and waits for it. */
  public void run() {
    plan.run(inputs, outputs);
  }

  /** Enqueues the op on a stream of its device. */
  public void run(Stream stream) {
    plan.run(stream, inputs, outputs);
  }

  /**
   * The outputs of the runs that are done.
   *
   * @return arrays by name, in the order of the op's signature
   */
  public Map<String, NpyArray> results() {
    Map<String, NpyArray> results = new LinkedHashMap<>();
    outputs.asMap().forEach((name, tensor) -> results.put(name, array(tensor)));
    return results;
  }

  @Override
  public void close() {
    plan.close();
    owned.forEach(Tensor::close);
  }

  private Tensor keep(Tensor tensor) {
    owned.add(tensor);
    return tensor;
  }

  private static NpyArray array(Tensor tensor) {
    TensorSpec spec = tensor.spec();
    return spec.dtype() == DType.I32
        ? NpyArray.ofIntegers(Arrays.stream(tensor.toInts()).asLongStream().toArray(), spec.shape())
        : NpyArray.ofFloats(tensor.toDoubles(), spec.shape());
  }
}
