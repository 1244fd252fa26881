package io.gramian.cpu.op;

import io.gramian.Bindings;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.Tensor;
import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.device.Scalars;
import io.gramian.cpu.sample.SampleEngine;
import io.gramian.cpu.sample.SampleFunction;
import io.gramian.op.Op;

/** What ops over the vectors of each sample share. */
abstract class SampleExecutor extends CpuExecutor implements SampleFunction {
  private final SampleEngine engine;

  SampleExecutor(
      CpuDevice device,
      Op op,
      boolean normalize,
      Specs inputs,
      Specs outputs,
      PlanOptions options) {
    super(device, op, inputs, outputs, options);
    this.engine = new SampleEngine(resources, inputs.get("vectors"), normalize);
  }

  @Override
  final void run(Bindings in, Bindings out) {
    engine.run(this, in, out, accumulate);
  }

  /** Writes an element of a result [B], if it is bound. */
  static void write(Bindings out, String name, int index, double value) {
    if (out.has(name)) {
      Tensor tensor = out.get(name);
      Scalars.set(tensor, index * tensor.spec().stride(0), value);
    }
  }

  /** Reads an element of an input [B]. */
  static double read(Bindings in, String name, int index) {
    Tensor tensor = in.get(name);
    return Scalars.get(tensor, index * tensor.spec().stride(0));
  }
}
