package io.gramian.cuda.pair;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gramian.Bindings;
import io.gramian.Specs;
import io.gramian.TensorSpec;
import io.gramian.cuda.abi.GradientRows;
import io.gramian.cuda.abi.RowStructs;
import io.gramian.cuda.abi.ScalarField;
import io.gramian.cuda.abi.StructLayout;
import io.gramian.cuda.device.CudaExecutor;
import io.gramian.cuda.driver.Launch;
import java.lang.foreign.MemorySegment;

/**
 * The last kernels of the losses over pairs: the loss and the gradients of the scalars, structs
 * {@code LossParams} and {@code ScalarGradientsParams} of kernels/src/contrastive.cu.
 */
public final class ContrastiveResults {
  private final PairEngine engine;
  private final Launch loss;
  private final Launch scalars;
  private final String first;

  /**
   * Makes the launches of what is wanted.
   *
   * @param targets anchors that have a target
   * @param isSymmetric as in {@link ContrastiveSums}
   */
  public ContrastiveResults(
      PairEngine engine,
      Specs outputs,
      boolean accumulate,
      boolean isSigmoid,
      int targets,
      boolean isSymmetric) {
    this.engine = engine;
    this.first = isSigmoid ? "grad_scale" : "grad_temperature";
    TensorSpec lossSpec = outputs.find("loss");
    this.loss =
        lossSpec == null
            ? null
            : engine.rowLaunch(ContrastiveSums.IMAGE, "contrastive_loss", LossParams.BYTES);
    if (loss != null) {
      MemorySegment p = loss.parameter();
      p.set(JAVA_INT, LossParams.LOSS_TYPE, ScalarField.typeCode(lossSpec.dtype()));
      p.set(JAVA_INT, LossParams.TARGETS, targets);
      p.set(JAVA_INT, LossParams.IS_SIGMOID, isSigmoid ? 1 : 0);
    }
    this.scalars =
        wantsScalars(outputs)
            ? engine.rowLaunch(
                ContrastiveSums.IMAGE, "contrastive_scalar_gradients", ScalarParams.BYTES)
            : null;
    if (scalars != null) {
      MemorySegment p = scalars.parameter();
      p.set(JAVA_INT, ScalarParams.IS_SIGMOID, isSigmoid ? 1 : 0);
      p.set(JAVA_INT, ScalarParams.SIDES, isSymmetric ? 2 : 1);
      RowStructs.gradient(p, ScalarParams.FIRST, GradientRows.of(outputs.find(first), accumulate));
      RowStructs.gradient(
          p, ScalarParams.SECOND, GradientRows.of(outputs.find("grad_bias"), accumulate));
    }
  }

  /** Whether a gradient of a scalar is among the outputs. */
  public static boolean wantsScalars(Specs outputs) {
    return outputs.has("grad_temperature") || outputs.has("grad_scale") || outputs.has("grad_bias");
  }

  /** Whether the loss is among the outputs. */
  public boolean wantsLoss() {
    return loss != null;
  }

  /** Enqueues the loss, if it is wanted, out of its parts. */
  public void loss(
      long stream, Bindings out, long rowParts, int rowBlocks, long columnParts, int columns) {
    if (loss == null) {
      return;
    }
    MemorySegment p = loss.parameter();
    p.set(JAVA_LONG, LossParams.ROW_PARTS, rowParts);
    p.set(JAVA_LONG, LossParams.COLUMN_PARTS, columnParts);
    p.set(JAVA_INT, LossParams.ROW_BLOCKS, rowBlocks);
    p.set(JAVA_INT, LossParams.COLUMN_BLOCKS, columns);
    p.set(JAVA_LONG, LossParams.LOSS, out.get("loss").address());
    loss.enqueue(stream, 1, 1, 1);
  }

  /** Enqueues the gradients of the scalars, if any is wanted. */
  public void scalars(long stream, Bindings out, PairWeigh weigh) {
    if (scalars == null) {
      return;
    }
    MemorySegment p = scalars.parameter();
    p.set(JAVA_LONG, ScalarParams.SCALARS, engine.scalars());
    p.set(JAVA_LONG, ScalarParams.PARTS, weigh.blockSums());
    p.set(JAVA_INT, ScalarParams.BLOCKS, weigh.blocks());
    RowStructs.bindGradient(p, ScalarParams.FIRST, CudaExecutor.address(out.find(first)));
    RowStructs.bindGradient(p, ScalarParams.SECOND, CudaExecutor.address(out.find("grad_bias")));
    scalars.enqueue(stream, 1, 1, 1);
  }

  private static final class LossParams {
    private static final StructLayout LAYOUT = new StructLayout();
    static final long ROW_PARTS = LAYOUT.pointer();
    static final long COLUMN_PARTS = LAYOUT.pointer();
    static final long LOSS = LAYOUT.pointer();
    static final long LOSS_TYPE = LAYOUT.int32();
    static final long ROW_BLOCKS = LAYOUT.int32();
    static final long COLUMN_BLOCKS = LAYOUT.int32();
    static final long TARGETS = LAYOUT.int32();
    static final long IS_SIGMOID = LAYOUT.int32();
    static final long BYTES = LAYOUT.bytes();
  }

  private static final class ScalarParams {
    private static final StructLayout LAYOUT = new StructLayout();
    static final long SCALARS = LAYOUT.pointer();
    static final long PARTS = LAYOUT.pointer();
    static final long BLOCKS = LAYOUT.int32();
    static final long IS_SIGMOID = LAYOUT.int32();
    static final long SIDES = LAYOUT.int32();
    static final long FIRST = LAYOUT.struct(RowStructs.GRADIENT_OUTPUT);
    static final long SECOND = LAYOUT.struct(RowStructs.GRADIENT_OUTPUT);
    static final long BYTES = LAYOUT.bytes();
  }
}
