package io.gramian.cuda.pair;

import io.gramian.cuda.abi.Fields;
import io.gramian.cuda.abi.FinishAnchorsParams;
import io.gramian.cuda.abi.GradientRows;
import io.gramian.cuda.abi.Kernels;
import io.gramian.cuda.device.KernelLaunch;
import io.gramian.cuda.device.Scratch;
import io.gramian.cuda.gemm.Operand;
import io.gramian.cuda.gemm.Rows;
import java.util.List;
import java.util.Objects;

/**
 * The backward pass over all pairs of a {@link PairEngine}: chunk by chunk the weights of the inner
 * products and the two products with them, then the gradients of the rows as the caller wants them.
 */
public final class PairBackward {
  private final PairEngine engine;
  private final PairWeigh weigh;
  private final Side anchors;
  private final Side tuples;

  /** A gradient through inner products, and what is made of it. */
  private record Side(PairGradientGemm gemm, PairCorrection correction, PairTuples.Finish finish) {
    /** Enqueues the end; without pairs there was no chunk that could begin. */
    void finish(long stream, boolean hasPairs, long[] gradients) {
      if (!hasPairs) {
        gemm.clear(stream);
      }
      if (correction != null) {
        correction.run(stream);
      }
      finish.run(stream, gradients);
    }
  }

  private final long[] anchorGradient = new long[1];

  /**
   * Reserves what the pass needs.
   *
   * @param objective that gives the weights
   * @param wantsSums whether the objective's own sums are wanted
   * @param hasTargets whether anchors have tuples of their own
   * @param anchor the gradient of the anchors; null if it is not wanted
   * @param members those of the members, each may be null
   */
  public PairBackward(
      PairEngine engine,
      Scratch scratch,
      PairObjective objective,
      boolean wantsSums,
      boolean hasTargets,
      GradientRows anchor,
      List<GradientRows> members) {
    this.engine = engine;
    boolean wantsTuples = members.stream().anyMatch(Objects::nonNull);
    // Weights of more planes are as good as unrounded.
    boolean corrects =
        hasTargets && engine.planes().weights() == 1 && engine.tuples().areCorrectable();
    this.weigh = new PairWeigh(engine, scratch, objective, wantsSums, corrects);
    PairGradientGemm ofAnchors =
        anchor == null ? null : new PairGradientGemm(engine, scratch, weigh, false);
    PairGradientGemm ofTuples =
        wantsTuples ? new PairGradientGemm(engine, scratch, weigh, true) : null;
    this.anchors = anchor == null ? null : anchorSide(ofAnchors, corrects, anchor);
    this.tuples = wantsTuples ? tupleSide(ofTuples, corrects, members) : null;
  }

  private Side anchorSide(PairGradientGemm gemm, boolean corrects, GradientRows gradient) {
    Rows rows = engine.anchor().rows();
    PairCorrection correction =
        corrects
            ? new PairCorrection(engine, weigh, gemm, Kernels.PAIR_CORRECT_ANCHORS, rows.count())
            : null;
    KernelLaunch<FinishAnchorsParams> finish = engine.launch(Kernels.PAIR_FINISH_ANCHORS);
    FinishAnchorsParams p = finish.parameter();
    Fields.prepare(p.out(), gradient);
    p.gradientStride(gemm.stride()).leastNorm(engine.problem().leastNorm());
    p.slices(weigh.rowSlices()).type(Fields.type(rows.type()));
    p.depth(rows.d()).count(rows.count());
    return new Side(
        gemm,
        correction,
        (stream, gradients) -> {
          engine.anchor().describeInput(p.rows());
          p.gradient(gemm.gradient()).ofNorms(weigh.rowGradients());
          p.out().to(gradients[0]);
          finish.enqueue(stream, Operand.blocks(rows.count()), 1, 1);
        });
  }

  private Side tupleSide(PairGradientGemm gemm, boolean corrects, List<GradientRows> gradients) {
    int count = engine.tupleRows().count();
    PairCorrection correction =
        corrects
            ? new PairCorrection(engine, weigh, gemm, Kernels.PAIR_CORRECT_TUPLES, count)
            : null;
    return new Side(gemm, correction, engine.tuples().finish(engine, weigh, gemm, gradients));
  }

  /** The gradient of the anchors through inner products; null if it is not wanted. */
  public PairGradientGemm anchorGemm() {
    return anchors == null ? null : anchors.gemm();
  }

  /** Where the weights come from, and the objective's own sums. */
  public PairWeigh weigh() {
    return weigh;
  }

  /**
   * Enqueues the pass.
   *
   * @param ofAnchors device address; not used if that gradient is not wanted
   * @param ofMembers device addresses; 0 for those that are not wanted
   */
  public void run(long stream, long ofAnchors, long[] ofMembers) {
    int anchorCount = engine.anchor().rows().count();
    int tupleCount = engine.tupleRows().count();
    PairTiling tiling = engine.tiling();
    weigh.begin(stream);
    for (int anchor = 0; anchor < anchorCount; anchor += tiling.chunkAnchors()) {
      int anchorEnd = Math.min(anchor + tiling.chunkAnchors(), anchorCount);
      for (int tuple = 0; tuple < tupleCount; tuple += tiling.chunkTuples()) {
        chunk(stream, anchor, anchorEnd, tuple, Math.min(tuple + tiling.chunkTuples(), tupleCount));
      }
    }
    if (anchors != null && anchorCount > 0) {
      anchorGradient[0] = ofAnchors;
      anchors.finish(stream, tupleCount > 0, anchorGradient);
    }
    if (tuples != null && tupleCount > 0) {
      tuples.finish(stream, anchorCount > 0, ofMembers);
    }
  }

  private void chunk(long stream, int anchor, int anchorEnd, int tuple, int tupleEnd) {
    weigh.run(stream, anchor, anchorEnd, tuple, tupleEnd);
    if (anchors != null) {
      anchors.gemm().run(stream, anchor, anchorEnd, tuple, tupleEnd);
    }
    if (tuples != null) {
      tuples.gemm().run(stream, anchor, anchorEnd, tuple, tupleEnd);
    }
  }
}
