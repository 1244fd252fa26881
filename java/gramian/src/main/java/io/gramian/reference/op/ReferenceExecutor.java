package io.gramian.reference.op;

import io.gramian.Bindings;
import io.gramian.PlanOptions;
import io.gramian.Stream;
import io.gramian.Tensor;
import io.gramian.reference.math.Dense;
import io.gramian.reference.math.Inputs;
import io.gramian.reference.math.Loss;
import io.gramian.spi.Executor;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * What all reference ops share: inputs become float64 arrays, results are rounded to the type of
 * their tensors, gradients are scaled by the upstream gradient and accumulated where asked for.
 */
abstract class ReferenceExecutor implements Executor {
  private final boolean accumulate;

  ReferenceExecutor(PlanOptions options) {
    this.accumulate = options.accumulate();
  }

  /** Computes the op. */
  abstract void run(Bindings in, Bindings out);

  @Override
  public final long workspaceBytes() {
    return 0;
  }

  @Override
  public final void run(Stream stream, Bindings in, Bindings out, MemorySegment workspace) {
    run(in, out);
  }

  /** Writes a result, if it was asked for. */
  final void write(Bindings out, String name, double... values) {
    if (out.has(name)) {
      out.get(name).copyFrom(values);
    }
  }

  /** Writes a gradient or adds it to what is there, if it was asked for. */
  final void writeGradient(Bindings out, String name, double... values) {
    if (!out.has(name)) {
      return;
    }
    Tensor tensor = out.get(name);
    if (accumulate) {
      double[] sum = tensor.toDoubles();
      for (int i = 0; i < sum.length; i++) {
        sum[i] += values[i];
      }
      tensor.copyFrom(sum);
    } else {
      tensor.copyFrom(values);
    }
  }

  /** Writes the gradients of the named inputs, those that were asked for. */
  final void writeGradients(Bindings out, List<String> inputs, double[][] values) {
    for (int i = 0; i < values.length; i++) {
      writeGradient(out, "grad_" + inputs.get(i), values[i]);
    }
  }

  /** Writes {@code loss} and its gradients times {@code grad_loss}. */
  final void writeLoss(Bindings in, Bindings out, Loss loss, String... differentiable) {
    write(out, "loss", loss.value());
    double upstream = Inputs.scalar(in, "grad_loss", 1);
    for (int i = 0; i < differentiable.length; i++) {
      writeGradient(
          out, "grad_" + differentiable[i], Dense.scale(loss.gradients()[i].clone(), upstream));
    }
  }

  /** Writes an integer result, if it was asked for. */
  final void writeInts(Bindings out, String name, int[] values) {
    if (out.has(name)) {
      out.get(name).copyFrom(values);
    }
  }

  /** Whether any gradient was asked for. */
  static boolean wantsGradients(Bindings out) {
    return out.names().stream().anyMatch(name -> name.startsWith("grad_"));
  }
}
