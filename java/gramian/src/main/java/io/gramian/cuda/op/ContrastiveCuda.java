package io.gramian.cuda.op;

import io.gramian.Bindings;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.UnsupportedOpException;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.CudaExecutor;
import io.gramian.cuda.device.LaunchList;
import io.gramian.cuda.device.Scratch;
import io.gramian.cuda.pair.ContrastiveResults;
import io.gramian.cuda.pair.ContrastiveSums;
import io.gramian.cuda.pair.PairBackward;
import io.gramian.cuda.pair.PairBegin;
import io.gramian.cuda.pair.PairEngine;
import io.gramian.cuda.pair.PairForward;
import io.gramian.cuda.pair.PairInputs;
import io.gramian.cuda.pair.PairObjective;
import io.gramian.cuda.pair.PairWeigh;
import io.gramian.op.Contrastive;
import io.gramian.op.Negatives;
import io.gramian.op.Objective;
import io.gramian.spi.Executor;

/**
 * {@link Contrastive} on CUDA over tuples: one pass over all pairs for the loss, one more in chunks
 * for the gradients. Labels are read on the device only: one that is no tuple gives NaN rather than
 * an error.
 */
final class ContrastiveCuda extends CudaExecutor {
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
  private final long gradientFactor;
  private final long blockSums;

  static Executor executor(
      CudaDevice device, Contrastive op, Specs inputs, Specs outputs, PlanOptions options) {
    if (op.objective() instanceof Objective.InfoNce infoNce && !infoNce.gatherWithGrad()) {
      throw new UnsupportedOpException(
          "contrastive: backend "
              + device.backend()
              + " takes gather_with_grad = true, got false; use backend cpu or reference");
    }
    // Of two modalities, the index tuples are the pairs.
    return op.negatives() == Negatives.PRODUCT && inputs.has("modality2")
        ? new ProductCuda(device, op, inputs, outputs, options)
        : new ContrastiveCuda(device, op.negatives(Negatives.TUPLES), inputs, outputs, options);
  }

  /** Over tuples. */
  ContrastiveCuda(
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
      PairObjective objective = isSigmoid ? PairObjective.SIGMOID : PairObjective.SOFTMAX;
      this.forward = new PairForward(engine, objective);
      this.begin = begin(op, inputs);
      this.gradientFactor = isSigmoid ? scratch.words(1) : -1;
      this.blockSums = isSigmoid ? scratch.doubles(forward.blocks()) : -1;
      this.sums = isSigmoid ? null : sums(op, inputs.has("labels"));
      this.backward =
          isBackward
              ? new PairBackward(
                  engine,
                  scratch,
                  objective,
                  wantsScalars,
                  true,
                  tensors.anchorGradient(outputs, accumulate),
                  tensors.memberGradients(outputs, accumulate))
              : null;
      this.results =
          new ContrastiveResults(
              engine, outputs, accumulate, isSigmoid, engine.anchor().rows().count(), false);
    } catch (RuntimeException e) {
      launches.close();
      throw e;
    }
  }

  private ContrastiveSums sums(Contrastive op, boolean hasLabels) {
    double smoothing = ((Objective.InfoNce) op.objective()).labelSmoothing();
    int anchors = engine.anchor().rows().count();
    return new ContrastiveSums(engine, forward, scratch, smoothing, hasLabels, anchors, false);
  }

  private PairBegin begin(Contrastive op, Specs inputs) {
    int anchors = engine.anchor().rows().count();
    return switch (op.objective()) {
      case Objective.InfoNce infoNce ->
          new PairBegin(engine, inputs).temperature(infoNce.temperature());
      case Objective.Sigmoid sigmoid ->
          new PairBegin(engine, inputs)
              .scale(sigmoid.scale())
              .bias(sigmoid.bias())
              .gradientFactor(1.0 / anchors);
    };
  }

  @Override
  public long workspaceBytes() {
    return scratch.bytes();
  }

  @Override
  public void enqueue(long stream, Bindings in, Bindings out, long workspace) {
    tensors.bind(engine, in, workspace);
    long labels = PairInputs.labels(in);
    forward.labels(labels, tensors.labelStride());
    begin.run(stream, in, isSigmoid ? workspace + gradientFactor : 0);
    engine.prepare(stream);
    if (isSigmoid && results.wantsLoss()) {
      forward.sigmoid(workspace + blockSums);
      forward.run(stream);
      results.loss(stream, out, workspace + blockSums, forward.blocks(), 0, 0);
    } else if (!isSigmoid) {
      sums.bind(labels, tensors.labelStride());
      sums.run(stream);
      results.loss(
          stream, out, sums.rowParts(), sums.rowBlocks(), sums.columnParts(), sums.columnBlocks());
    }
    if (backward != null) {
      PairWeigh weigh = backward.weigh();
      weigh.labels(labels, tensors.labelStride());
      if (isSigmoid) {
        weigh.sigmoid(workspace + gradientFactor);
      } else {
        sums.weigh(weigh);
      }
      tensors.backward(backward, stream, out);
      results.scalars(stream, out, weigh);
    }
  }

  @Override
  public void free() {
    launches.close();
  }
}
