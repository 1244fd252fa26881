package io.gramian.cuda.pair;

import io.gramian.cuda.abi.Constants;
import io.gramian.cuda.abi.GradientGemmParams;
import io.gramian.cuda.abi.Kernels;
import io.gramian.cuda.device.KernelLaunch;
import io.gramian.cuda.device.KernelSpec;
import io.gramian.cuda.device.Region;
import io.gramian.cuda.device.Scratch;
import io.gramian.cuda.gemm.Planes;
import io.gramian.cuda.gemm.Rows;

/**
 * One of the two products of a chunk, dA += T M or dM += T^T A. The sums are kept in f32 in the
 * workspace.
 */
public final class PairGradientGemm {
  /** Numbers that a thread writes at a time. */
  private static final int UNIT = 4;

  private final PairEngine engine;
  private final PairWeigh<?> weigh;
  private final boolean ofTuples;
  private final KernelLaunch<GradientGemmParams> launch;
  private final long stride;
  private final long memberNumbers;
  private final long bytes;
  private final Region gradient;
  private boolean startsFromGiven;

  /** Reserves the gradient. */
  PairGradientGemm(PairEngine engine, Scratch scratch, PairWeigh<?> weigh, boolean ofTuples) {
    this.engine = engine;
    this.weigh = weigh;
    this.ofTuples = ofTuples;
    Rows rows = ofTuples ? engine.tupleRows() : engine.anchor().rows();
    int members = engine.problem().score().members();
    this.stride = Math.ceilDiv(rows.d(), UNIT) * (long) UNIT;
    this.memberNumbers = rows.count() * stride;
    long numbers = memberNumbers * (ofTuples ? members : 1);
    this.bytes = numbers * Float.BYTES;
    this.gradient = scratch.reserve(bytes);
    this.launch = engine.gradientLaunch(kernel(ofTuples, weigh.isMirrored()));
    GradientGemmParams p = launch.parameter();
    p.weightsPlane(weigh.planeNumbers()).weightsStride(weigh.weightsStride());
    p.memberStride(weigh.memberStride()).members(members).depth(rows.d());
    p.gradientMember(memberNumbers).gradientStride(stride);
    Planes planes = engine.planes();
    byte[] pairs = ofTuples ? planes.tupleGradientPairs() : planes.anchorGradientPairs();
    p.planePairs(pairs.length);
    for (int i = 0; i < pairs.length; i++) {
      p.planePair(i, pairs[i]);
    }
  }

  private static KernelSpec<GradientGemmParams> kernel(boolean ofTuples, boolean isMirrored) {
    if (isMirrored) {
      return ofTuples
          ? Kernels.PAIR_MIRRORED_GRADIENT_OF_TUPLES
          : Kernels.PAIR_MIRRORED_GRADIENT_OF_ANCHORS;
    }
    return ofTuples ? Kernels.PAIR_GRADIENT_OF_TUPLES : Kernels.PAIR_GRADIENT_OF_ANCHORS;
  }

  /** Enqueues it for a chunk. */
  void run(long stream, int anchorBegin, int anchorEnd, int tupleBegin, int tupleEnd) {
    int members = engine.problem().score().members();
    int anchors = anchorEnd - anchorBegin;
    int tuples = tupleEnd - tupleBegin;
    GradientGemmParams p = launch.parameter();
    p.weights(weigh.weights());
    p.anchorBegin(anchorBegin).anchors(anchors).tupleBegin(tupleBegin).tuples(tuples);
    if (ofTuples) {
      engine.anchor().describeGradientPlanes(p.rows(0));
    } else {
      for (int l = 0; l < members; l++) {
        engine.tuples().describeGradientPlanes(l, p.rows(l));
      }
    }
    p.gradient(gradient());
    p.accumulate(startsFromGiven || (ofTuples ? anchorBegin : tupleBegin) > 0);
    int d = engine.tupleRows().d();
    launch.enqueue(
        stream,
        Math.ceilDiv(d, Constants.GRADIENT_COLUMNS),
        Math.ceilDiv(ofTuples ? tuples : anchors, Constants.GEMM_ROWS),
        ofTuples ? members : 1);
  }

  /** The first chunk adds to what the op has put there. */
  public void startFromGiven() {
    startsFromGiven = true;
  }

  /** Enqueues the filling of the gradient with zeros, for a run without any chunk. */
  void clear(long stream) {
    engine.clear(stream, gradient(), bytes);
  }

  /** Device address of the gradient, [rows][stride], for tuples one such for each member. */
  public long gradient() {
    return gradient.at(engine.workspace());
  }

  /** Numbers from row to row. */
  public long stride() {
    return stride;
  }

  /** Numbers from member to member. */
  long memberNumbers() {
    return memberNumbers;
  }
}
