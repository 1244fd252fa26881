package io.gramian.cuda.pair;

import io.gramian.cuda.abi.Constants;
import io.gramian.cuda.abi.WeighParams;
import io.gramian.cuda.device.KernelLaunch;
import io.gramian.cuda.device.Region;
import io.gramian.cuda.device.Scratch;

/**
 * The pass that turns scores into weights of inner products, chunk by chunk.
 *
 * @param <W> writes the parameter of the kernel
 */
public final class PairWeigh<W extends WeighParams> {
  /** Doubles that a block leaves of the objective's own sums. */
  private static final long BLOCK_SUMS = 2;

  private final PairEngine engine;
  private final PairObjective<W> objective;
  private final KernelLaunch<W> launch;
  private final int memberStride;
  private final int planes;
  private final Region weights;
  private final long targetWeightsBytes;
  private final Region targetWeights;
  private final Region rowGradients;
  private final Region columnGradients;
  private final Region blockSums;

  /**
   * Reserves what the chunks leave behind.
   *
   * @param objective that turns scores into weights
   * @param hasTargets whether the weights of each anchor with its own tuple are wanted unrounded
   */
  PairWeigh(PairEngine engine, Scratch scratch, PairObjective<W> objective, boolean hasTargets) {
    this.engine = engine;
    this.objective = objective;
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
    this.blockSums = scratch.reserve(objective.hasSums(), BLOCK_SUMS * Double.BYTES * blocks());
    PairKernels<?, W> kernels = objective.kernels();
    this.launch = engine.pairLaunch(kernels.name() + "_weigh", kernels.weigh());
    WeighParams p = launch.parameter();
    p.weightsPlane(planeNumbers()).weightsStride(weightsStride());
    p.weightPlanes(planes).memberStride(memberStride);
    p.anchorTiles(anchorTiles()).tupleTiles(tupleTiles());
  }

  /** Enqueues what comes before the first chunk. */
  void begin(long stream) {
    objective.describe(launch.parameter());
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

  /** Whether there are weights only of tuples behind their anchor, both of the same rows. */
  boolean isMirrored() {
    return objective.isMirrored();
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
