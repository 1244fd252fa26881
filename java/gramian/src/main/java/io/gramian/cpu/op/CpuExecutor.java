package io.gramian.cpu.op;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.Stream;
import io.gramian.UnsupportedOpException;
import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.device.Gradient;
import io.gramian.cpu.simd.Resources;
import io.gramian.op.Op;
import io.gramian.op.Signature;
import io.gramian.op.Sizes;
import io.gramian.spi.Executor;
import java.lang.foreign.MemorySegment;

/** What all executors of this backend share: arrays of their own, work done at once. */
abstract class CpuExecutor implements Executor {
  final Resources resources;
  final Sizes sizes;
  final boolean accumulate;
  final boolean wantsGradients;

  /**
   * Checks specs and element types.
   *
   * @throws UnsupportedOpException if a data input is f64, which would lose its precision silently
   */
  CpuExecutor(CpuDevice device, Op op, Specs inputs, Specs outputs, PlanOptions options) {
    this.sizes = op.check(inputs, outputs);
    for (Signature.Argument argument : op.signature(inputs).arguments(true)) {
      if (argument.kind() == Signature.Kind.DATA
          && inputs.get(argument.name()).dtype() == DType.F64) {
        throw new UnsupportedOpException(
            op.name()
                + ": backend cpu computes in float32 and takes f32, bf16 or f16; '"
                + argument.name()
                + "' is f64 (convert it, or use backend reference)");
      }
    }
    this.resources = new Resources(device);
    this.accumulate = options.accumulate();
    this.wantsGradients = outputs.names().stream().anyMatch(name -> name.startsWith("grad_"));
  }

  /** Does the work. */
  abstract void run(Bindings in, Bindings out);

  @Override
  public final long workspaceBytes() {
    return 0;
  }

  @Override
  public final long ownedBytes() {
    return resources.bytes();
  }

  @Override
  public final void run(Stream stream, Bindings in, Bindings out, MemorySegment workspace) {
    run(in, out);
  }

  /** Where the gradient of an input goes. */
  final Gradient gradient(Bindings out, String input) {
    return Gradient.of(out, "grad_" + input, accumulate);
  }
}
