package io.gramian.cuda.pair;

import io.gramian.cuda.abi.Constants;
import io.gramian.cuda.abi.ForwardParams;
import io.gramian.cuda.abi.RunningSum;
import io.gramian.cuda.device.KernelLaunch;
import io.gramian.cuda.device.Parameter;
import io.gramian.cuda.device.Region;
import io.gramian.cuda.device.Scratch;
import java.lang.foreign.MemorySegment;

/**
 * A forward pass over all pairs of a {@link PairEngine}. What a pass streams its scores into is set
 * before it runs.
 */
public final class PairForward {
  /** As an unsigned number, more than there can be. */
  private static final int ALL = -1;

  private static final double LOG2_E = 1 / Math.log(2);

  private final PairEngine engine;
  private final KernelLaunch<ForwardParams> launch;
  private MemorySegment extra;

  /** A pass of an objective; its launch is freed with those of the engine. */
  public PairForward(PairEngine engine, PairObjective objective) {
    this.engine = engine;
    this.launch =
        engine.pairLaunch(
            objective,
            "forward",
            new Parameter<>(
                ForwardParams.SIZE + objective.extraBytes(),
                memory -> {
                  extra = memory.asSlice(ForwardParams.SIZE);
                  return new ForwardParams(memory);
                }));
    launch.parameter().matched(ALL);
  }

  /** The parts of sums that a softmax pass leaves behind, in the workspace. */
  public static final class Sums {
    final int slices;
    final int count;
    private final Region sums;
    private final Region totals;

    /**
     * Reserves them.
     *
     * @param wantsTotals whether scores are summed as well
     */
    Sums(Scratch scratch, int slices, int count, boolean wantsTotals) {
      this.slices = slices;
      this.count = count;
      this.sums = scratch.reserve(RunningSum.SIZE * slices * count);
      this.totals = scratch.reserve(wantsTotals, (long) Float.BYTES * slices * count);
    }

    /** Device address of the sums of exponentials, [slices][count]. */
    long sums(long workspace) {
      return sums.at(workspace);
    }

    /** Device address of the sums of scores; 0 if there are none. */
    long totals(long workspace) {
      return totals.at(workspace);
    }
  }

  /** Room for the sums over the tuples of each anchor. */
  public Sums rowSums(Scratch scratch) {
    PairTiling tiling = engine.tiling();
    int blocks = tupleBlocks(tiling, engine.tupleRows().count());
    return new Sums(scratch, blocks, engine.anchor().rows().count(), false);
  }

  /**
   * Room for the sums over the anchors of each tuple.
   *
   * @param wantsTotals whether scores are summed as well
   */
  public Sums columnSums(Scratch scratch, boolean wantsTotals) {
    PairTiling tiling = engine.tiling();
    int blocks = anchorBlocks(tiling, engine.anchor().rows().count());
    return new Sums(scratch, blocks, engine.tupleRows().count(), wantsTotals);
  }

  /** Blocks of a pass over all pairs: so many parts a sum over all pairs has. */
  public int blocks() {
    PairTiling tiling = engine.tiling();
    return anchorBlocks(tiling, engine.anchor().rows().count())
        * tupleBlocks(tiling, engine.tupleRows().count());
  }

  /**
   * The tuple of each anchor.
   *
   * @param labels 0: anchor i belongs to tuple i
   */
  public void labels(long labels, long stride) {
    launch.parameter().labels(labels).labelStride(stride);
  }

  /**
   * Where the score of each anchor with its own tuple goes; 0 for nowhere. A softmax leaves these
   * scores out of its sums.
   */
  public void targetScores(long scores) {
    launch.parameter().targetScores(scores);
  }

  /** How many anchors each tuple is the target of, counts in device memory; 0: one at most. */
  void counts(long counts) {
    launch.parameter().counts(counts);
  }

  /** Softmax leaves out pairs (i, i). */
  public void skipDiagonal() {
    launch.parameter().skipDiagonal(true);
  }

  /**
   * Streams into the sums of a softmax over the tuples and over the anchors.
   *
   * @param columns may be null: then there is none over the anchors
   */
  public void softmax(Sums rows, Sums columns) {
    ForwardParams p = launch.parameter();
    long workspace = engine.workspace();
    p.rowSums(rows.sums(workspace));
    p.columnSums(columns == null ? 0 : columns.sums(workspace));
    p.columnTotals(columns == null ? 0 : columns.totals(workspace));
  }

  /** Pairs with both indices from {@code count} on may be left out of the sums. */
  public void matched(int count) {
    launch.parameter().matched(count);
  }

  /** Streams into the sigmoid loss, a part per block. */
  public void sigmoid(long blockSums) {
    launch.parameter().blockSums(blockSums);
  }

  /** Streams into a mixture of Gaussians of the distance, a part per block. */
  public void mixture(double[] variances, long blockSums) {
    ForwardParams p = launch.parameter();
    p.blockSums(blockSums);
    p.variances(variances.length);
    for (int u = 0; u < variances.length; u++) {
      p.exponent2(u, (float) (LOG2_E / (2 * variances[u])));
    }
  }

  /** What the objective's kernels take beside the parameter of all objectives. */
  public MemorySegment extra() {
    return extra;
  }

  /** Writes the scores of the pairs of a run to a matrix, whose corner is the run's first pair. */
  public void matrix(long address, long stride) {
    launch.parameter().matrix(address).matrixStride(stride);
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
    ForwardParams p = launch.parameter();
    engine.describe(p.problem());
    PairTiling tiling = engine.tiling();
    p.anchorTiles(tiling.anchorTilesPerBlock(anchors));
    p.tupleTiles(tiling.tupleTilesPerBlock(tuples));
    p.anchorBegin(anchorBegin).anchorEnd(anchorEnd).tupleBegin(tupleBegin).tupleEnd(tupleEnd);
    launch.enqueue(stream, tupleBlocks(tiling, tuples), anchorBlocks(tiling, anchors), 1);
  }

  private static int tupleBlocks(PairTiling tiling, int tuples) {
    return Math.ceilDiv(
        Math.ceilDiv(tuples, tiling.tileTuples()), tiling.tupleTilesPerBlock(tuples));
  }

  private static int anchorBlocks(PairTiling tiling, int anchors) {
    return Math.ceilDiv(
        Math.ceilDiv(anchors, Constants.GEMM_ROWS), tiling.anchorTilesPerBlock(anchors));
  }
}
