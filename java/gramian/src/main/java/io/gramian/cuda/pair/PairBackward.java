package io.gramian.cuda.pair;

import io.gramian.cuda.abi.CorrectParams;
import io.gramian.cuda.abi.Fields;
import io.gramian.cuda.abi.FinishAnchorsParams;
import io.gramian.cuda.abi.GradientRows;
import io.gramian.cuda.abi.Kernels;
import io.gramian.cuda.abi.WeighParams;
import io.gramian.cuda.device.KernelLaunch;
import io.gramian.cuda.device.KernelSpec;
import io.gramian.cuda.device.Scratch;
import io.gramian.cuda.gemm.Operand;
import io.gramian.cuda.gemm.Rows;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The backward pass over all pairs of a {@link PairEngine}: chunk by chunk the weights of the inner
 * products and the two products with them, then the gradients of the rows as the caller wants them.
 *
 * @param <W> writes the parameter of the kernel that makes the weights
 */
public final class PairBackward<W extends WeighParams> {
  private final PairEngine engine;
  private final PairWeigh<W> weigh;
  private final Side anchors;
  private final Side tuples;

  /** A gradient through inner products, and what is made of it. */
  private record Side(
      PairGradientGemm gemm, List<PairCorrection> corrections, PairTuples.Finish finish) {
    /** Enqueues the end; without pairs there was no chunk that could begin. */
    void finish(long stream, boolean hasPairs, long[] gradients) {
      if (!hasPairs) {
        gemm.clear(stream);
      }
      for (int i = 0; i < corrections.size(); i++) {
        corrections.get(i).run(stream);
      }
      finish.run(stream, gradients);
    }
  }

  private final long[] anchorGradient = new long[1];

  /**
   * Reserves what the pass needs.
   *
   * @param objective that gives the weights
   * @param anchor the gradient of the anchors; null if it is not wanted
   * @param members those of the members, each may be null
   */
  public PairBackward(
      PairEngine engine,
      Scratch scratch,
      PairObjective<W> objective,
      GradientRows anchor,
      List<GradientRows> members) {
    this.engine = engine;
    boolean wantsTuples = members.stream().anyMatch(Objects::nonNull);
    // Weights of more planes are as good as unrounded.
    Optional<PairTargets> corrected =
        engine.planes().weights() == 1 && engine.tuples().areCorrectable()
            ? objective.targets()
            : Optional.empty();
    this.weigh = new PairWeigh<>(engine, scratch, objective, corrected.isPresent());
    this.anchors = anchor == null ? null : anchorSide(scratch, corrected, anchor);
    this.tuples = wantsTuples ? tupleSide(scratch, corrected, members) : null;
  }

  private Side anchorSide(Scratch scratch, Optional<PairTargets> corrected, GradientRows gradient) {
    PairGradientGemm gemm = new PairGradientGemm(engine, scratch, weigh, false);
    Rows rows = engine.anchor().rows();
    KernelLaunch<FinishAnchorsParams> finish = engine.launch(Kernels.PAIR_FINISH_ANCHORS);
    FinishAnchorsParams p = finish.parameter();
    Fields.prepare(p.out(), gradient);
    p.gradientStride(gemm.stride()).leastNorm(engine.problem().anchorNorm());
    p.slices(weigh.rowSlices()).type(Fields.type(rows.type()));
    p.depth(rows.d()).count(rows.count());
    return new Side(
        gemm,
        corrections(corrected, gemm, Kernels.PAIR_CORRECT_ANCHORS, rows.count()),
        (stream, gradients) -> {
          engine.anchor().describeInput(p.rows());
          p.gradient(gemm.gradient()).ofNorms(weigh.rowGradients());
          p.out().to(gradients[0]);
          finish.enqueue(stream, Operand.blocks(rows.count()), 1, 1);
        });
  }

  private Side tupleSide(
      Scratch scratch, Optional<PairTargets> corrected, List<GradientRows> gradients) {
    PairGradientGemm gemm = new PairGradientGemm(engine, scratch, weigh, true);
    int count = engine.tupleRows().count();
    return new Side(
        gemm,
        corrections(corrected, gemm, Kernels.PAIR_CORRECT_TUPLES, count),
        engine.tuples().finish(engine, weigh, gemm, gradients));
  }

  private List<PairCorrection> corrections(
      Optional<PairTargets> corrected,
      PairGradientGemm gemm,
      KernelSpec<CorrectParams> kernel,
      int rows) {
    return corrected.stream()
        .map(targets -> new PairCorrection(engine, targets, weigh, gemm, kernel, rows))
        .toList();
  }

  /** The gradient of the anchors through inner products; null if it is not wanted. */
  public PairGradientGemm anchorGemm() {
    return anchors == null ? null : anchors.gemm();
  }

  /** Where the weights come from, and the objective's own sums. */
  public PairWeigh<W> weigh() {
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
        int tupleEnd = Math.min(tuple + tiling.chunkTuples(), tupleCount);
        // The first chunk of anchors begins their sums, with pairs or without.
        if (tuple == 0 || tupleEnd > anchor || !weigh.isMirrored()) {
          chunk(stream, anchor, anchorEnd, tuple, tupleEnd);
        }
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
