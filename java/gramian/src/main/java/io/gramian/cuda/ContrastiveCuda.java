package io.gramian.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gramian.Bindings;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.TensorSpec;
import io.gramian.cuda.driver.Launch;
import io.gramian.op.Contrastive;
import io.gramian.op.Negatives;
import io.gramian.op.Objective;
import io.gramian.spi.Executor;
import java.lang.foreign.MemorySegment;

/**
 * {@link Contrastive} on CUDA over tuples: one pass over all pairs for the loss, one more in waves
 * for the gradients. Labels are read on the device only: one that is no tuple gives NaN rather than
 * an error.
 */
final class ContrastiveCuda extends CudaExecutor {
  /** Image of its own kernels. */
  static final String IMAGE = "contrastive";

  private final LaunchList launches = new LaunchList();
  private final PairInputs tensors;
  private final PairEngine engine;
  private final PairForward forward;
  private final PairBackward backward;
  private final Scratch scratch = new Scratch();
  private final PairBegin begin;
  private final ContrastiveSums sums;
  private final ContrastiveResults results;
  private final boolean isSigmoid;
  private final long targetFactor;
  private final long blockSums;

  static Executor executor(
      CudaDevice device, Contrastive op, Specs inputs, Specs outputs, PlanOptions options) {
    // Of two modalities, the index tuples are the pairs.
    return op.negatives() == Negatives.PRODUCT && inputs.has("modality2")
        ? new ProductCuda(device, op, inputs, outputs, options)
        : new ContrastiveCuda(device, op.negatives(Negatives.TUPLES), inputs, outputs, options);
  }

  private ContrastiveCuda(
      CudaDevice device, Contrastive op, Specs inputs, Specs outputs, PlanOptions options) {
    super(device);
    this.tensors = new PairInputs(inputs);
    PairInputs.requireTypes(op.name(), inputs, outputs);
    boolean accumulate = options.accumulate();
    boolean wantsScalars = ContrastiveResults.wantsScalars(outputs);
    boolean isBackward = tensors.wantsGradients(outputs) || wantsScalars;
    this.isSigmoid = op.objective() instanceof Objective.Sigmoid;
    try {
      PairEngine.Problem problem =
          tensors.problem(
              op.name(), op.similarity(), op.normalize(), inputs, options.strict(), isBackward);
      this.engine = new PairEngine(device, launches, scratch, problem);
      this.forward = new PairForward(engine);
      this.begin = begin(op, inputs);
      this.targetFactor = scratch.words(1);
      this.blockSums = isSigmoid ? scratch.doubles(forward.blocks()) : -1;
      this.sums = isSigmoid ? null : new ContrastiveSums(engine, forward, scratch, op, inputs);
      this.backward =
          isBackward
              ? new PairBackward(
                  engine,
                  scratch,
                  wantsScalars,
                  true,
                  tensors.anchorGradient(outputs, accumulate),
                  tensors.memberGradients(outputs, accumulate))
              : null;
      this.results = new ContrastiveResults(engine, outputs, accumulate, isSigmoid);
    } catch (RuntimeException e) {
      launches.close();
      throw e;
    }
  }

  private PairBegin begin(Contrastive op, Specs inputs) {
    int anchors = engine.anchor().rows().count();
    return switch (op.objective()) {
      case Objective.InfoNce infoNce ->
          new PairBegin(engine, inputs)
              .temperature(infoNce.temperature())
              .targetFactor((1 - infoNce.labelSmoothing()) / anchors, true);
      case Objective.Sigmoid sigmoid ->
          new PairBegin(engine, inputs)
              .scale(sigmoid.scale())
              .bias(sigmoid.bias())
              .targetFactor(1.0 / anchors, false);
    };
  }

  @Override
  public long workspaceBytes() {
    return scratch.bytes();
  }

  @Override
  void enqueue(long stream, Bindings in, Bindings out, long workspace) {
    tensors.bind(engine, in, workspace);
    long labels = PairInputs.labels(in);
    forward.labels(labels, tensors.labelStride());
    begin.run(stream, in, workspace + targetFactor);
    engine.prepare(stream);
    if (isSigmoid) {
      forward.sigmoid(workspace + blockSums);
      forward.run(stream);
      results.loss(stream, out, workspace + blockSums, forward.blocks(), 0, 0);
    } else {
      sums.bind(labels, tensors.labelStride());
      sums.run(stream);
      results.loss(
          stream, out, sums.rowParts(), sums.rowBlocks(), sums.columnParts(), sums.columnBlocks());
    }
    if (backward != null) {
      PairWeigh weigh = backward.weigh();
      weigh.labels(labels, tensors.labelStride());
      if (isSigmoid) {
        weigh.sigmoid(workspace + targetFactor);
      } else {
        sums.weigh(weigh, workspace + targetFactor);
      }
      tensors.backward(backward, stream, out);
      results.scalars(stream, out, weigh);
    }
  }

  @Override
  void free() {
    launches.close();
  }

  /** Struct {@code LossParams} and {@code ScalarGradientsParams} of kernels/src/contrastive.cu. */
  private static final class ContrastiveResults {
    private final PairEngine engine;
    private final Launch loss;
    private final Launch scalars;
    private final String first;

    ContrastiveResults(PairEngine engine, Specs outputs, boolean accumulate, boolean isSigmoid) {
      this.engine = engine;
      this.first = isSigmoid ? "grad_scale" : "grad_temperature";
      TensorSpec lossSpec = outputs.find("loss");
      this.loss =
          lossSpec == null ? null : engine.rowLaunch(IMAGE, "contrastive_loss", LossParams.BYTES);
      if (loss != null) {
        MemorySegment p = loss.parameter();
        p.set(JAVA_INT, LossParams.LOSS_TYPE, ScalarField.typeCode(lossSpec.dtype()));
        p.set(JAVA_INT, LossParams.ANCHORS, engine.anchor().rows().count());
        p.set(JAVA_INT, LossParams.IS_SIGMOID, isSigmoid ? 1 : 0);
      }
      this.scalars =
          wantsScalars(outputs)
              ? engine.rowLaunch(IMAGE, "contrastive_scalar_gradients", ScalarParams.BYTES)
              : null;
      if (scalars != null) {
        MemorySegment p = scalars.parameter();
        p.set(JAVA_INT, ScalarParams.IS_SIGMOID, isSigmoid ? 1 : 0);
        RowStructs.gradient(
            p, ScalarParams.FIRST, GradientRows.of(outputs.find(first), accumulate));
        RowStructs.gradient(
            p, ScalarParams.SECOND, GradientRows.of(outputs.find("grad_bias"), accumulate));
      }
    }

    static boolean wantsScalars(Specs outputs) {
      return outputs.has("grad_temperature")
          || outputs.has("grad_scale")
          || outputs.has("grad_bias");
    }

    void loss(
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

    void scalars(long stream, Bindings out, PairWeigh weigh) {
      if (scalars == null) {
        return;
      }
      MemorySegment p = scalars.parameter();
      p.set(JAVA_LONG, ScalarParams.SCALARS, engine.scalars());
      p.set(JAVA_LONG, ScalarParams.PARTS, weigh.blockSums());
      p.set(JAVA_INT, ScalarParams.BLOCKS, weigh.blocks());
      RowStructs.bindGradient(p, ScalarParams.FIRST, address(out.find(first)));
      RowStructs.bindGradient(p, ScalarParams.SECOND, address(out.find("grad_bias")));
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
      static final long ANCHORS = LAYOUT.int32();
      static final long IS_SIGMOID = LAYOUT.int32();
      static final long BYTES = LAYOUT.bytes();
    }

    private static final class ScalarParams {
      private static final StructLayout LAYOUT = new StructLayout();
      static final long SCALARS = LAYOUT.pointer();
      static final long PARTS = LAYOUT.pointer();
      static final long BLOCKS = LAYOUT.int32();
      static final long IS_SIGMOID = LAYOUT.int32();
      static final long FIRST = LAYOUT.struct(RowStructs.GRADIENT_OUTPUT);
      static final long SECOND = LAYOUT.struct(RowStructs.GRADIENT_OUTPUT);
      static final long BYTES = LAYOUT.bytes();
    }
  }
}
