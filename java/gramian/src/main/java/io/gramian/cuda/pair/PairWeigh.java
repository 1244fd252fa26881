package io.gramian.cuda.pair;

import io.gramian.DType;
import io.gramian.cuda.abi.Constants;
import io.gramian.cuda.abi.Fields;
import io.gramian.cuda.abi.WeighParams;
import io.gramian.cuda.device.KernelLaunch;
import io.gramian.cuda.device.Parameter;
import io.gramian.cuda.device.Region;
import io.gramian.cuda.device.Scratch;
import java.lang.foreign.MemorySegment;

/**
 * The pass that turns scores into weights of inner products, chunk by chunk. Where the weights come
 * from is set before it runs.
 */
public final class PairWeigh {
  /** Doubles that a block leaves of the objective's own sums. */
  private static final long BLOCK_SUMS = 2;

  private static final double LOG2_E = 1 / Math.log(2);

  private final PairEngine engine;
  private final KernelLaunch<WeighParams> launch;
  private MemorySegment extra;
  private final int memberStride;
  private final int planes;
  private final Region weights;
  private final long targetWeightsBytes;
  private final Region targetWeights;
  private final Region rowGradients;
  private final Region columnGradients;
  private final Region blockSums;
  private long labels;
  private long labelStride;

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
    long anchorBytes = (long) Float.BYTES * engine.anchor().rows().count();
    long tupleBytes = (long) Float.BYTES * engine.tupleRows().count();
    this.weights = scratch.reserve(planes * planeNumbers() * Short.BYTES);
    this.targetWeightsBytes = score.members() * anchorBytes;
    this.targetWeights = scratch.reserve(hasTargets, targetWeightsBytes);
    this.rowGradients = scratch.reserve(score.hasNorm(), rowSlices() * anchorBytes);
    this.columnGradients =
        scratch.reserve(score.sums() > 0, columnSlices() * score.sums() * tupleBytes);
    this.blockSums = scratch.reserve(wantsSums, BLOCK_SUMS * Double.BYTES * blocks());
    this.launch =
        engine.pairLaunch(
            objective,
            "weigh",
            new Parameter<>(
                WeighParams.SIZE + objective.extraBytes(),
                memory -> {
                  extra = memory.asSlice(WeighParams.SIZE);
                  return new WeighParams(memory);
                }));
    WeighParams p = launch.parameter();
    p.weightsPlane(planeNumbers()).weightsStride(weightsStride());
    p.weightPlanes(planes).memberStride(memberStride);
    p.anchorTiles(anchorTiles()).tupleTiles(tupleTiles());
  }

  /** The tuple of each anchor; 0: anchor i belongs to tuple i. */
  public void labels(long address, long stride) {
    labels = address;
    labelStride = stride;
    launch.parameter().labels(address).labelStride(stride);
  }

  /** Pairs (i, i) get no weight; the sum of a mixture counts them. */
  public void skipDiagonal() {
    launch.parameter().skipDiagonal(true);
  }

  /**
   * Weights of a softmax: rowFactor 2^(z - rowLog) + columnFactor 2^(z - columnLog) - columnOffset.
   * Device addresses of floats; the last may be 0.
   */
  public void softmax(
      long rowLogs, long rowFactors, long columnLogs, long columnFactors, long columnOffsets) {
    WeighParams p = launch.parameter();
    p.rowLogs(rowLogs).rowFactors(rowFactors);
    p.columnLogs(columnLogs).columnFactors(columnFactors).columnOffsets(columnOffsets);
  }

  /**
   * The weights of anchors with their own tuples in a softmax, but for columnOffset, and the scores
   * of these pairs: floats [anchors] in device memory.
   */
  void targets(long slopes, long scores) {
    launch.parameter().targetSlopes(slopes).targetScores(scores);
  }

  /** Weights of the sigmoid loss times a float in device memory. */
  public void sigmoid(long factor) {
    launch.parameter().gradientFactor(factor);
  }

  /** Weights of a mixture of Gaussians of the distance times a float in device memory. */
  public void mixture(double[] variances, long factor) {
    WeighParams p = launch.parameter();
    p.gradientFactor(factor);
    p.variances(variances.length);
    for (int u = 0; u < variances.length; u++) {
      double rate = 1 / (2 * variances[u]);
      p.rate(u, (float) rate).exponent2(u, (float) (rate * LOG2_E));
    }
  }

  /** What the objective's kernels take beside the parameter of all objectives. */
  public MemorySegment extra() {
    return extra;
  }

  /** Weights that come as a matrix over all pairs. */
  public void matrix(long address, long stride, DType type) {
    WeighParams p = launch.parameter();
    p.gradMatrix(address).gradMatrixStride(stride).gradMatrixType(Fields.type(type));
  }

  /** Enqueues what comes before the first chunk. */
  void begin(long stream) {
    if (targetWeights.exists()) {
      engine.clear(stream, targetWeights(), targetWeightsBytes);
    }
  }

  /** Enqueues the pass over a chunk. */
  void run(long stream, int anchorBegin, int anchorEnd, int tupleBegin, int tupleEnd) {
    WeighParams p = launch.parameter();
    engine.describe(p.problem());
    p.weights(weights()).targetWeights(targetWeights());
    p.rowGradients(rowGradients()).columnGradients(columnGradients()).blockSums(blockSums());
    p.anchorBegin(anchorBegin).anchorEnd(anchorEnd).tupleBegin(tupleBegin).tupleEnd(tupleEnd);
    p.isFirstOfAnchors(tupleBegin == 0).isFirstOfTuples(anchorBegin == 0);
    p.isFirst(anchorBegin == 0 && tupleBegin == 0);
    int tiles = Math.ceilDiv(tupleEnd - tupleBegin, engine.tiling().tileTuples());
    int anchorTiles = Math.ceilDiv(anchorEnd - anchorBegin, Constants.GEMM_ROWS);
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
    return Math.ceilDiv(Math.ceilDiv(chunkAnchors(), Constants.GEMM_ROWS), anchorTiles());
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
    return weights.at(engine.workspace());
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

  /** Device address of [anchors][members]; 0 if they are not wanted. */
  long targetWeights() {
    return targetWeights.at(engine.workspace());
  }

  /** Device address of the labels. */
  long labels() {
    return labels;
  }

  /** Numbers from label to label. */
  long labelStride() {
    return labelStride;
  }

  /** Device address of [rowSlices][anchors]; 0 if the score has no use for it. */
  long rowGradients() {
    return rowGradients.at(engine.workspace());
  }

  /** Device address of [columnSlices][tuples][sums]; 0 if the score has no use for it. */
  long columnGradients() {
    return columnGradients.at(engine.workspace());
  }

  /** Device address of pairs of sums, one for each block; 0 if they are not wanted. */
  public long blockSums() {
    return blockSums.at(engine.workspace());
  }
}
