package io.gramian.cuda.pair;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gramian.DType;
import io.gramian.cuda.abi.ScalarField;
import io.gramian.cuda.abi.StructLayout;
import io.gramian.cuda.device.Scratch;
import io.gramian.cuda.driver.Launch;
import io.gramian.cuda.gemm.GemmTile;
import java.lang.foreign.MemorySegment;

/**
 * The pass that turns scores into weights of inner products, chunk by chunk: struct {@code
 * WeighParams} of kernels/include/gramian/pair/params.cuh. Where the weights come from is set
 * before it runs.
 */
public final class PairWeigh {
  private static final long BLOCK_SUM_BYTES = 16;
  private static final double LOG2_E = 1 / Math.log(2);

  private final PairEngine engine;
  private final Launch launch;
  private final int memberStride;
  private final int planes;
  private final long weights;
  private final long targetWeights;
  private final long rowGradients;
  private final long columnGradients;
  private final long blockSums;

  /**
   * Reserves what the chunks leave behind.
   *
   * @param wantsSums whether the objective's own sums are wanted
   * @param hasTargets whether the weights of each anchor with its own tuple are wanted unrounded
   */
  PairWeigh(
      PairEngine engine,
      Scratch scratch,
      PairObjective objective,
      boolean wantsSums,
      boolean hasTargets) {
    this.engine = engine;
    PairScore score = engine.problem().score();
    PairTiling tiling = engine.tiling();
    this.planes = engine.planes().weights();
    this.memberStride = tiling.chunkTuples();
    this.weights = scratch.region(planes * planeNumbers() * Short.BYTES);
    this.targetWeights =
        hasTargets ? scratch.words((long) score.members() * engine.anchor().rows().count()) : -1;
    this.rowGradients =
        score.hasNorm() ? scratch.words((long) rowSlices() * engine.anchor().rows().count()) : -1;
    this.columnGradients =
        score.sums() > 0
            ? scratch.words((long) columnSlices() * score.sums() * engine.tupleRows().count())
            : -1;
    this.blockSums = wantsSums ? scratch.region(BLOCK_SUM_BYTES * blocks()) : -1;
    this.launch = engine.pairLaunch(objective, "weigh", Params.BYTES);
    MemorySegment p = launch.parameter();
    p.set(JAVA_LONG, Params.WEIGHTS_PLANE, planeNumbers());
    p.set(JAVA_LONG, Params.WEIGHTS_STRIDE, weightsStride());
    p.set(JAVA_INT, Params.WEIGHT_PLANES, planes);
    p.set(JAVA_INT, Params.MEMBER_STRIDE, memberStride);
    p.set(JAVA_INT, Params.ANCHOR_TILES, anchorTiles());
    p.set(JAVA_INT, Params.TUPLE_TILES, tupleTiles());
  }

  /** The tuple of each anchor; 0: anchor i belongs to tuple i. */
  public void labels(long labels, long stride) {
    MemorySegment p = launch.parameter();
    p.set(JAVA_LONG, Params.LABELS, labels);
    p.set(JAVA_LONG, Params.LABEL_STRIDE, stride);
  }

  /** Pairs (i, i) get no weight; the sum of a mixture counts them. */
  public void skipDiagonal() {
    launch.parameter().set(JAVA_INT, Params.SKIP_DIAGONAL, 1);
  }

  /**
   * Weights of a softmax: rowFactor 2^(z - rowLog) + columnFactor 2^(z - columnLog) - columnOffset.
   * Device addresses of floats; the last may be 0.
   */
  public void softmax(
      long rowLogs, long rowFactors, long columnLogs, long columnFactors, long columnOffsets) {
    MemorySegment p = launch.parameter();
    p.set(JAVA_LONG, Params.ROW_LOGS, rowLogs);
    p.set(JAVA_LONG, Params.ROW_FACTORS, rowFactors);
    p.set(JAVA_LONG, Params.COLUMN_LOGS, columnLogs);
    p.set(JAVA_LONG, Params.COLUMN_FACTORS, columnFactors);
    p.set(JAVA_LONG, Params.COLUMN_OFFSETS, columnOffsets);
  }

  /**
   * The weights of anchors with their own tuples in a softmax, but for columnOffset, and the scores
   * of these pairs: floats [anchors] in device memory.
   */
  void targets(long slopes, long scores) {
    launch.parameter().set(JAVA_LONG, Params.TARGET_SLOPES, slopes);
    launch.parameter().set(JAVA_LONG, Params.TARGET_SCORES, scores);
  }

  /** Weights of the sigmoid loss times a float in device memory. */
  public void sigmoid(long factor) {
    launch.parameter().set(JAVA_LONG, Params.GRADIENT_FACTOR, factor);
  }

  /** Weights of a mixture of Gaussians of the distance times a float in device memory. */
  public void mixture(double[] variances, long factor) {
    MemorySegment p = launch.parameter();
    p.set(JAVA_LONG, Params.GRADIENT_FACTOR, factor);
    p.set(JAVA_INT, Params.VARIANCES, variances.length);
    for (int u = 0; u < variances.length; u++) {
      double rate = 1 / (2 * variances[u]);
      p.set(JAVA_FLOAT, Params.RATE + 4L * u, (float) rate);
      p.set(JAVA_FLOAT, Params.EXPONENT2 + 4L * u, (float) (rate * LOG2_E));
    }
  }

  /** What the objective's kernels take beside the parameter of all objectives. */
  public MemorySegment extra() {
    return launch.parameter().asSlice(Params.BYTES);
  }

  /** Weights that come as a matrix over all pairs. */
  public void matrix(long address, long stride, DType type) {
    MemorySegment p = launch.parameter();
    p.set(JAVA_LONG, Params.GRAD_MATRIX, address);
    p.set(JAVA_LONG, Params.GRAD_MATRIX_STRIDE, stride);
    p.set(JAVA_INT, Params.GRAD_MATRIX_TYPE, ScalarField.typeCode(type));
  }

  /** Enqueues the pass over a chunk. */
  void run(long stream, int anchorBegin, int anchorEnd, int tupleBegin, int tupleEnd) {
    MemorySegment p = launch.parameter();
    engine.describe(p);
    p.set(JAVA_LONG, Params.WEIGHTS, weights());
    p.set(JAVA_LONG, Params.TARGET_WEIGHTS, targetWeights());
    p.set(JAVA_LONG, Params.ROW_GRADIENTS, rowGradients());
    p.set(JAVA_LONG, Params.COLUMN_GRADIENTS, columnGradients());
    p.set(JAVA_LONG, Params.BLOCK_SUMS, blockSums());
    p.set(JAVA_INT, Params.ANCHOR_BEGIN, anchorBegin);
    p.set(JAVA_INT, Params.ANCHOR_END, anchorEnd);
    p.set(JAVA_INT, Params.TUPLE_BEGIN, tupleBegin);
    p.set(JAVA_INT, Params.TUPLE_END, tupleEnd);
    p.set(JAVA_INT, Params.IS_FIRST_OF_ANCHORS, tupleBegin == 0 ? 1 : 0);
    p.set(JAVA_INT, Params.IS_FIRST_OF_TUPLES, anchorBegin == 0 ? 1 : 0);
    p.set(JAVA_INT, Params.IS_FIRST, anchorBegin == 0 && tupleBegin == 0 ? 1 : 0);
    int tiles = Math.ceilDiv(tupleEnd - tupleBegin, engine.tiling().tileTuples());
    int anchorTiles = Math.ceilDiv(anchorEnd - anchorBegin, GemmTile.ROWS);
    launch.enqueue(
        stream, Math.ceilDiv(tiles, tupleTiles()), Math.ceilDiv(anchorTiles, anchorTiles()), 1);
  }

  // All chunks have the tiles of a whole one, so that a block's part of a sum is the same in each.
  private int anchorTiles() {
    PairTiling tiling = engine.tiling();
    return tiling.anchorTilesPerBlock(chunkAnchors());
  }

  private int tupleTiles() {
    return engine.tiling().tupleTilesPerBlock(chunkTuples());
  }

  private int chunkAnchors() {
    return Math.min(engine.tiling().chunkAnchors(), engine.anchor().rows().count());
  }

  private int chunkTuples() {
    return Math.min(engine.tiling().chunkTuples(), engine.tupleRows().count());
  }

  /** Parts of the sums over the anchors. */
  public int columnSlices() {
    return Math.ceilDiv(Math.ceilDiv(chunkAnchors(), GemmTile.ROWS), anchorTiles());
  }

  /** Parts of the sums over the tuples. */
  public int rowSlices() {
    return Math.ceilDiv(Math.ceilDiv(chunkTuples(), engine.tiling().tileTuples()), tupleTiles());
  }

  /** Parts of the objective's own sums. */
  public int blocks() {
    return columnSlices() * rowSlices();
  }

  /** Device address of the weights, [planes][chunkAnchors][members * memberStride]. */
  long weights() {
    return engine.workspace() + weights;
  }

  /** Numbers of a plane of weights. */
  long planeNumbers() {
    return engine.tiling().chunkAnchors() * weightsStride();
  }

  /** Numbers from one anchor's weights to the next one's. */
  long weightsStride() {
    return (long) engine.problem().score().members() * memberStride;
  }

  /** Numbers from one member's weights to the next one's. */
  int memberStride() {
    return memberStride;
  }

  /** Size of the unrounded weights. */
  long targetWeightsBytes() {
    return 4L * engine.problem().score().members() * engine.anchor().rows().count();
  }

  /** Device address of [anchors][members]; 0 if they are not wanted. */
  long targetWeights() {
    return targetWeights < 0 ? 0 : engine.workspace() + targetWeights;
  }

  /** Device address of the labels. */
  long labels() {
    return launch.parameter().get(JAVA_LONG, Params.LABELS);
  }

  /** Numbers from label to label. */
  long labelStride() {
    return launch.parameter().get(JAVA_LONG, Params.LABEL_STRIDE);
  }

  /** Device address of [rowSlices][anchors]; 0 if the score has no use for it. */
  long rowGradients() {
    return rowGradients < 0 ? 0 : engine.workspace() + rowGradients;
  }

  /** Device address of [columnSlices][tuples][sums]; 0 if the score has no use for it. */
  long columnGradients() {
    return columnGradients < 0 ? 0 : engine.workspace() + columnGradients;
  }

  /** Device address of pairs of sums, one for each block; 0 if they are not wanted. */
  public long blockSums() {
    return blockSums < 0 ? 0 : engine.workspace() + blockSums;
  }

  private static final class Params {
    private static final StructLayout LAYOUT = new StructLayout();
    static final long PROBLEM = LAYOUT.struct(PairProblem.LAYOUT);
    static final long LABELS = LAYOUT.pointer();
    static final long LABEL_STRIDE = LAYOUT.int64();
    static final long ROW_LOGS = LAYOUT.pointer();
    static final long ROW_FACTORS = LAYOUT.pointer();
    static final long COLUMN_LOGS = LAYOUT.pointer();
    static final long COLUMN_FACTORS = LAYOUT.pointer();
    static final long COLUMN_OFFSETS = LAYOUT.pointer();
    static final long TARGET_SLOPES = LAYOUT.pointer();
    static final long TARGET_SCORES = LAYOUT.pointer();
    static final long GRADIENT_FACTOR = LAYOUT.pointer();
    static final long GRAD_MATRIX = LAYOUT.pointer();
    static final long GRAD_MATRIX_STRIDE = LAYOUT.int64();
    static final long GRAD_MATRIX_TYPE = LAYOUT.int32();
    static final long WEIGHTS = LAYOUT.pointer();
    static final long WEIGHTS_PLANE = LAYOUT.int64();
    static final long WEIGHTS_STRIDE = LAYOUT.int64();
    static final long WEIGHT_PLANES = LAYOUT.int32();
    static final long MEMBER_STRIDE = LAYOUT.int32();
    static final long TARGET_WEIGHTS = LAYOUT.pointer();
    static final long ROW_GRADIENTS = LAYOUT.pointer();
    static final long COLUMN_GRADIENTS = LAYOUT.pointer();
    static final long BLOCK_SUMS = LAYOUT.pointer();
    static final long ANCHOR_TILES = LAYOUT.int32();
    static final long TUPLE_TILES = LAYOUT.int32();
    static final long ANCHOR_BEGIN = LAYOUT.int32();
    static final long ANCHOR_END = LAYOUT.int32();
    static final long TUPLE_BEGIN = LAYOUT.int32();
    static final long TUPLE_END = LAYOUT.int32();
    static final long SKIP_DIAGONAL = LAYOUT.int32();
    static final long VARIANCES = LAYOUT.int32();
    static final long IS_FIRST_OF_ANCHORS = LAYOUT.int32();
    static final long IS_FIRST_OF_TUPLES = LAYOUT.int32();
    static final long IS_FIRST = LAYOUT.int32();
    static final long EXPONENT2 = LAYOUT.float32s(PairObjective.MOST_VARIANCES);
    static final long RATE = LAYOUT.float32s(PairObjective.MOST_VARIANCES);
    static final long BYTES = LAYOUT.bytes();
  }
}
