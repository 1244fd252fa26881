package io.gramian.cuda.pair;

import io.gramian.cuda.abi.Constants;
import io.gramian.cuda.abi.ForwardParams;
import io.gramian.cuda.device.KernelLaunch;

/**
 * A forward pass over all pairs of a {@link PairEngine}. The objective says by the parameter what
 * the pass streams its scores into.
 *
 * @param <F> writes the parameter of the kernel
 */
public final class PairForward<F extends ForwardParams> {
  /** As an unsigned number, more than there can be. */
  private static final int ALL = -1;

  private final PairEngine engine;
  private final KernelLaunch<F> launch;

  /** A pass of an objective; its launch is freed with those of the engine. */
  public PairForward(PairEngine engine, PairKernels<F, ?> kernels) {
    this.engine = engine;
    this.launch = engine.pairLaunch(kernels.name() + "_forward", kernels.forward());
    parameter().matched(ALL);
  }

  /** What the objective fills. */
  public F parameter() {
    return launch.parameter();
  }

  /** Slices of the anchors: so many parts a sum over all anchors has. */
  int anchorSlices() {
    return anchorBlocks(engine.anchor().rows().count());
  }

  /** Slices of the tuples: so many parts a sum over all tuples has. */
  int tupleSlices() {
    return tupleBlocks(engine.tupleRows().count());
  }

  /** Blocks of a pass over all pairs: so many parts a sum over all pairs has. */
  public int blocks() {
    return anchorSlices() * tupleSlices();
  }

  /** Enqueues the pass over all pairs. */
  public void run(long stream) {
    run(stream, 0, engine.anchor().rows().count(), 0, engine.tupleRows().count());
  }

  /** Enqueues the pass over some pairs; the first of them are at the beginning of tiles. */
  void run(long stream, int anchorBegin, int anchorEnd, int tupleBegin, int tupleEnd) {
    int anchors = anchorEnd - anchorBegin;
    int tuples = tupleEnd - tupleBegin;
    if (anchors <= 0 || tuples <= 0) {
      return;
    }
    F p = parameter();
    engine.describe(p.problem());
    PairTiling tiling = engine.tiling();
    p.anchorTiles(tiling.anchorTilesPerBlock(anchors));
    p.tupleTiles(tiling.tupleTilesPerBlock(tuples));
    p.anchorBegin(anchorBegin).anchorEnd(anchorEnd).tupleBegin(tupleBegin).tupleEnd(tupleEnd);
    launch.enqueue(stream, tupleBlocks(tuples), anchorBlocks(anchors), 1);
  }

  private int tupleBlocks(int tuples) {
    PairTiling tiling = engine.tiling();
    return Math.ceilDiv(
        Math.ceilDiv(tuples, tiling.tileTuples()), tiling.tupleTilesPerBlock(tuples));
  }

  private int anchorBlocks(int anchors) {
    PairTiling tiling = engine.tiling();
    return Math.ceilDiv(
        Math.ceilDiv(anchors, Constants.GEMM_ROWS), tiling.anchorTilesPerBlock(anchors));
  }
}
