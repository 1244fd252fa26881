package io.gramian.cuda.op;

import io.gramian.Bindings;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.cuda.abi.ContrastiveMakeLabelsParams;
import io.gramian.cuda.abi.GradientRows;
import io.gramian.cuda.abi.Kernels;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.CudaExecutor;
import io.gramian.cuda.device.KernelLaunch;
import io.gramian.cuda.device.LaunchList;
import io.gramian.cuda.device.Region;
import io.gramian.cuda.device.Scratch;
import io.gramian.cuda.gemm.Operand;
import io.gramian.cuda.gemm.Rows;
import io.gramian.cuda.pair.ContrastiveResults;
import io.gramian.cuda.pair.ContrastiveSums;
import io.gramian.cuda.pair.PairBackward;
import io.gramian.cuda.pair.PairBegin;
import io.gramian.cuda.pair.PairEngine;
import io.gramian.cuda.pair.PairForward;
import io.gramian.cuda.pair.PairObjective;
import io.gramian.cuda.pair.PairScore;
import io.gramian.cuda.pair.PairWeigh;
import java.util.List;

/**
 * Cross-entropies of the inner products of two sets of rows, or of one with itself: one pass over
 * all pairs for the loss, one more in chunks for the gradients.
 */
final class CrossEntropyCuda extends CudaExecutor {
  /**
   * What the pairs are of.
   *
   * @param anchors name of the rows that are anchors
   * @param tuples name of the rows that are tuples
   * @param leastNorm the least norm that normalisation divides by; 0 for none
   * @param targets anchors that have a target, the first ones
   */
  record Pairs(String anchors, String tuples, double leastNorm, int targets) {
    /** Whether rows 2i and 2i + 1 of one set are each other's targets. */
    boolean areViews() {
      return anchors.equals(tuples);
    }
  }

  private final LaunchList launches = new LaunchList();
  private final Scratch scratch = new Scratch();
  private final Pairs pairs;
  private final PairEngine engine;
  private final PairForward forward;
  private final PairBackward backward;
  private final PairBegin begin;
  private final ContrastiveSums sums;
  private final ContrastiveResults results;
  private final KernelLaunch<ContrastiveMakeLabelsParams> makeLabels;
  private final Region labels;

  /** The executor of the op of that name. */
  CrossEntropyCuda(
      CudaDevice device,
      String op,
      Pairs pairs,
      double temperature,
      Specs inputs,
      Specs outputs,
      PlanOptions options) {
    super(device);
    this.pairs = pairs;
    String anchorGradient = "grad_" + pairs.anchors();
    String tupleGradient = "grad_" + pairs.tuples();
    requireType(op, inputs, pairs.anchors(), DATA_TYPES);
    requireType(op, inputs, pairs.tuples(), DATA_TYPES);
    requireType(op, outputs, anchorGradient, DATA_TYPES);
    requireType(op, outputs, tupleGradient, DATA_TYPES);
    for (String scalar : List.of("temperature", "grad_loss")) {
      requireType(op, inputs, scalar, SCALAR_TYPES);
    }
    boolean accumulate = options.accumulate();
    boolean areViews = pairs.areViews();
    GradientRows ofAnchors = GradientRows.of(outputs.find(anchorGradient), accumulate);
    GradientRows ofTuples =
        areViews ? null : GradientRows.of(outputs.find(tupleGradient), accumulate);
    boolean wantsTemperature = ContrastiveResults.wantsScalars(outputs);
    boolean isBackward = ofAnchors != null || ofTuples != null || wantsTemperature;
    Rows anchors = Rows.of(op, pairs.anchors(), inputs.get(pairs.anchors()));
    Rows tuples = Rows.of(op, pairs.tuples(), inputs.get(pairs.tuples()));
    try {
      this.engine =
          new PairEngine(
              device,
              launches,
              scratch,
              new PairEngine.Problem(
                  PairScore.cosine(),
                  anchors,
                  List.of(tuples),
                  false,
                  pairs.leastNorm(),
                  null,
                  options.strict(),
                  isBackward));
      this.forward = new PairForward(engine, PairObjective.SOFTMAX);
      this.begin = new PairBegin(engine, inputs).temperature(temperature);
      this.sums =
          new ContrastiveSums(engine, forward, scratch, 0, false, pairs.targets(), areViews);
      this.backward =
          isBackward
              ? new PairBackward(
                  engine,
                  scratch,
                  PairObjective.SOFTMAX,
                  wantsTemperature,
                  true,
                  ofAnchors,
                  single(ofTuples))
              : null;
      this.results =
          new ContrastiveResults(engine, outputs, accumulate, false, pairs.targets(), areViews);
      this.labels = scratch.reserve((long) Integer.BYTES * anchors.count());
      this.makeLabels = engine.launch(Kernels.CONTRASTIVE_MAKE_LABELS);
      ContrastiveMakeLabelsParams p = makeLabels.parameter();
      p.anchors(anchors.count()).targets(pairs.targets()).areViews(areViews);
    } catch (RuntimeException e) {
      launches.close();
      throw e;
    }
    if (areViews) {
      forward.skipDiagonal();
    } else {
      forward.matched(pairs.targets());
    }
    if (areViews && isBackward) {
      backward.weigh().skipDiagonal();
    }
  }

  private static List<GradientRows> single(GradientRows gradient) {
    return gradient == null ? List.of() : List.of(gradient);
  }

  @Override
  public long workspaceBytes() {
    return scratch.bytes();
  }

  @Override
  public void enqueue(long stream, Bindings in, Bindings out, long workspace) {
    long[] tuples = {in.get(pairs.tuples()).address()};
    engine.bind(workspace, in.get(pairs.anchors()).address(), tuples, 0);
    makeLabels(stream, labels.at(workspace));
    forward.labels(labels.at(workspace), 1);
    sums.bind(labels.at(workspace), 1);
    begin.run(stream, in, 0);
    engine.prepare(stream);
    sums.run(stream);
    results.loss(
        stream, out, sums.rowParts(), sums.rowBlocks(), sums.columnParts(), sums.columnBlocks());
    if (backward != null) {
      PairWeigh weigh = backward.weigh();
      weigh.labels(labels.at(workspace), 1);
      sums.weigh(weigh);
      backward.run(
          stream,
          address(out.find("grad_" + pairs.anchors())),
          new long[] {address(out.find("grad_" + pairs.tuples()))});
      results.scalars(stream, out, weigh);
    }
  }

  private void makeLabels(long stream, long address) {
    makeLabels.parameter().labels(address);
    int rows = engine.anchor().rows().count();
    makeLabels.enqueue(stream, Math.ceilDiv(rows, Operand.threads()), 1, 1);
  }

  @Override
  public void free() {
    launches.close();
  }
}
