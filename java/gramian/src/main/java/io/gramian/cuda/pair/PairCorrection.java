package io.gramian.cuda.pair;

import io.gramian.DType;
import io.gramian.cuda.abi.CorrectParams;
import io.gramian.cuda.abi.Fields;
import io.gramian.cuda.device.KernelLaunch;
import io.gramian.cuda.device.KernelSpec;
import io.gramian.cuda.gemm.Operand;
import io.gramian.cuda.gemm.Rows;

/**
 * Gives a gradient back what rounding the weights left out of the pairs of an anchor and its own
 * tuple.
 */
final class PairCorrection {
  private final PairEngine engine;
  private final PairTargets targets;
  private final PairWeigh<?> weigh;
  private final PairGradientGemm gemm;
  private final int rows;
  private final KernelLaunch<CorrectParams> launch;

  /**
   * The correction of a gradient.
   *
   * @param rows of the gradient
   */
  PairCorrection(
      PairEngine engine,
      PairTargets targets,
      PairWeigh<?> weigh,
      PairGradientGemm gemm,
      KernelSpec<CorrectParams> kernel,
      int rows) {
    this.engine = engine;
    this.targets = targets;
    this.weigh = weigh;
    this.gemm = gemm;
    this.rows = rows;
    this.launch = engine.launch(kernel);
    CorrectParams p = launch.parameter();
    Rows anchors = engine.anchor().rows();
    p.gradientMember(gemm.memberNumbers()).gradientStride(gemm.stride());
    p.type(Fields.type(engine.planes().halves() ? DType.F16 : DType.BF16));
    p.anchors(anchors.count()).depth(anchors.d());
    p.tuples(engine.tupleRows().count()).members(engine.problem().score().members());
  }

  /** Enqueues it. */
  void run(long stream) {
    CorrectParams p = launch.parameter();
    targets.describe(p);
    p.weights(weigh.targetWeights()).gradient(gemm.gradient());
    engine.anchor().describeFirstPlane(p.anchor());
    for (int l = 0; l < engine.problem().score().members(); l++) {
      engine.tuples().describeFirstPlane(l, p.member(l));
    }
    launch.enqueue(stream, Operand.blocks(rows), 1, 1);
  }
}
