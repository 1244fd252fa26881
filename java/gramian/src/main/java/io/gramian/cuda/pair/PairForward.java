package io.gramian.cuda.pair;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gramian.cuda.abi.StructLayout;
import io.gramian.cuda.device.Scratch;
import io.gramian.cuda.driver.Launch;
import io.gramian.cuda.gemm.GemmTile;
import java.lang.foreign.MemorySegment;

/**
 * A forward pass over all pairs of a {@link PairEngine}: struct {@code ForwardParams} of
 * kernels/include/gramian/pair/params.cuh. What a pass streams its scores into is set before it
 * runs.
 */
public final class PairForward {
  private static final long SUM_BYTES = 8;

  /** As an unsigned number, more than there can be. */
  private static final int ALL = -1;

  private static final double LOG2_E = 1 / Math.log(2);

  private final PairEngine engine;
  private final Launch launch;

  /** A pass of an objective; its launch is freed with those of the engine. */
  public PairForward(PairEngine engine, PairObjective objective) {
    this.engine = engine;
    this.launch = engine.pairLaunch(objective, "forward", Params.BYTES);
    launch.parameter().set(JAVA_INT, Params.MATCHED, ALL);
  }

  /** The parts of sums that a softmax pass leaves behind, in the workspace. */
  public static final class Sums {
    final int slices;
    final int count;
    private final long sums;
    private final long totals;

    /**
     * Reserves them.
     *
     * @param wantsTotals whether scores are summed as well
     */
    Sums(Scratch scratch, int slices, int count, boolean wantsTotals) {
      this.slices = slices;
      this.count = count;
      this.sums = scratch.region(SUM_BYTES * slices * count);
      this.totals = wantsTotals ? scratch.words((long) slices * count) : -1;
    }

    /** Device address of the sums of exponentials, [slices][count]. */
    long sums(long workspace) {
      return workspace + sums;
    }

    /** Device address of the sums of scores; 0 if there are none. */
    long totals(long workspace) {
      return totals < 0 ? 0 : workspace + totals;
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
    MemorySegment p = launch.parameter();
    p.set(JAVA_LONG, Params.LABELS, labels);
    p.set(JAVA_LONG, Params.LABEL_STRIDE, stride);
  }

  /**
   * Where the score of each anchor with its own tuple goes; 0 for nowhere. A softmax leaves these
   * scores out of its sums.
   */
  public void targetScores(long scores) {
    launch.parameter().set(JAVA_LONG, Params.TARGET_SCORES, scores);
  }

  /** How many anchors each tuple is the target of, counts in device memory; 0: one at most. */
  void counts(long counts) {
    launch.parameter().set(JAVA_LONG, Params.COUNTS, counts);
  }

  /** Softmax leaves out pairs (i, i). */
  public void skipDiagonal() {
    launch.parameter().set(JAVA_INT, Params.SKIP_DIAGONAL, 1);
  }

  /**
   * Streams into the sums of a softmax over the tuples and over the anchors.
   *
   * @param columns may be null: then there is none over the anchors
   */
  public void softmax(Sums rows, Sums columns) {
    MemorySegment p = launch.parameter();
    long workspace = engine.workspace();
    p.set(JAVA_LONG, Params.ROW_SUMS, rows.sums(workspace));
    p.set(JAVA_LONG, Params.COLUMN_SUMS, columns == null ? 0 : columns.sums(workspace));
    p.set(JAVA_LONG, Params.COLUMN_TOTALS, columns == null ? 0 : columns.totals(workspace));
  }

  /** Pairs with both indices from {@code count} on may be left out of the sums. */
  public void matched(int count) {
    launch.parameter().set(JAVA_INT, Params.MATCHED, count);
  }

  /** Streams into the sigmoid loss, a part per block. */
  public void sigmoid(long blockSums) {
    launch.parameter().set(JAVA_LONG, Params.BLOCK_SUMS, blockSums);
  }

  /** Streams into a mixture of Gaussians of the distance, a part per block. */
  public void mixture(double[] variances, long blockSums) {
    MemorySegment p = launch.parameter();
    p.set(JAVA_LONG, Params.BLOCK_SUMS, blockSums);
    p.set(JAVA_INT, Params.VARIANCES, variances.length);
    for (int u = 0; u < variances.length; u++) {
      p.set(JAVA_FLOAT, Params.EXPONENT2 + 4L * u, (float) (LOG2_E / (2 * variances[u])));
    }
  }

  /** What the objective's kernels take beside the parameter of all objectives. */
  public MemorySegment extra() {
    return launch.parameter().asSlice(Params.BYTES);
  }

  /** Writes the scores of the pairs of a run to a matrix, whose corner is the run's first pair. */
  public void matrix(long address, long stride) {
    MemorySegment p = launch.parameter();
    p.set(JAVA_LONG, Params.MATRIX, address);
    p.set(JAVA_LONG, Params.MATRIX_STRIDE, stride);
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
    MemorySegment p = launch.parameter();
    engine.describe(p);
    PairTiling tiling = engine.tiling();
    p.set(JAVA_INT, Params.ANCHOR_TILES, tiling.anchorTilesPerBlock(anchors));
    p.set(JAVA_INT, Params.TUPLE_TILES, tiling.tupleTilesPerBlock(tuples));
    p.set(JAVA_INT, Params.ANCHOR_BEGIN, anchorBegin);
    p.set(JAVA_INT, Params.ANCHOR_END, anchorEnd);
    p.set(JAVA_INT, Params.TUPLE_BEGIN, tupleBegin);
    p.set(JAVA_INT, Params.TUPLE_END, tupleEnd);
    launch.enqueue(stream, tupleBlocks(tiling, tuples), anchorBlocks(tiling, anchors), 1);
  }

  private static int tupleBlocks(PairTiling tiling, int tuples) {
    return Math.ceilDiv(
        Math.ceilDiv(tuples, tiling.tileTuples()), tiling.tupleTilesPerBlock(tuples));
  }

  private static int anchorBlocks(PairTiling tiling, int anchors) {
    return Math.ceilDiv(Math.ceilDiv(anchors, GemmTile.ROWS), tiling.anchorTilesPerBlock(anchors));
  }

  private static final class Params {
    private static final StructLayout LAYOUT = new StructLayout();
    static final long PROBLEM = LAYOUT.struct(PairProblem.LAYOUT);
    static final long LABELS = LAYOUT.pointer();
    static final long LABEL_STRIDE = LAYOUT.int64();
    static final long ROW_SUMS = LAYOUT.pointer();
    static final long COLUMN_SUMS = LAYOUT.pointer();
    static final long COLUMN_TOTALS = LAYOUT.pointer();
    static final long TARGET_SCORES = LAYOUT.pointer();
    static final long COUNTS = LAYOUT.pointer();
    static final long BLOCK_SUMS = LAYOUT.pointer();
    static final long MATRIX = LAYOUT.pointer();
    static final long MATRIX_STRIDE = LAYOUT.int64();
    static final long ANCHOR_TILES = LAYOUT.int32();
    static final long TUPLE_TILES = LAYOUT.int32();
    static final long ANCHOR_BEGIN = LAYOUT.int32();
    static final long ANCHOR_END = LAYOUT.int32();
    static final long TUPLE_BEGIN = LAYOUT.int32();
    static final long TUPLE_END = LAYOUT.int32();
    static final long SKIP_DIAGONAL = LAYOUT.int32();
    static final long MATCHED = LAYOUT.int32();
    static final long VARIANCES = LAYOUT.int32();
    static final long EXPONENT2 = LAYOUT.float32s(PairObjective.MOST_VARIANCES);
    static final long BYTES = LAYOUT.bytes();
  }
}
