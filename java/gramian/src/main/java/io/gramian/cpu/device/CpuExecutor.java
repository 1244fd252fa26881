package io.gramian.cpu.device;

import io.gramian.Bindings;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.Stream;
import io.gramian.op.Op;
import io.gramian.op.Signature;
import io.gramian.spi.Executor;
import java.lang.foreign.MemorySegment;

/** What all executors of this backend share: scratch arrays of their own, work done at once. */
public abstract class CpuExecutor implements Executor {
  public final boolean accumulate;
  public final boolean wantsGradients;

  /**
   * Checks the element types.
   *
   * @throws io.gramian.UnsupportedOpException if a data input is f64
   */
  public CpuExecutor(Op op, Specs inputs, Specs outputs, PlanOptions options) {
    this.accumulate = options.accumulate();
    this.wantsGradients = outputs.names().stream().anyMatch(name -> name.startsWith("grad_"));
    for (Signature.Argument argument : op.signature(inputs).arguments(true)) {
      if (argument.kind() == Signature.Kind.DATA) {
        Rows.requireReadable(op.name(), argument.name(), inputs.get(argument.name()));
      }
    }
  }

  /** Does the work. */
  public abstract void run(Bindings in, Bindings out);

  @Override
  public final long workspaceBytes() {
    return 0;
  }

  @Override
  public abstract long ownedBytes();

  @Override
  public final void run(Stream stream, Bindings in, Bindings out, MemorySegment workspace) {
    run(in, out);
  }

  /** Where the gradient of an input goes. */
  public final Gradient gradient(Bindings out, String name) {
    return Gradient.of(out.find(name), accumulate);
  }
}
