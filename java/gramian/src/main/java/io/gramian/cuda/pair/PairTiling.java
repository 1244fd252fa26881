package io.gramian.cuda.pair;

import io.gramian.cuda.abi.Constants;
import io.gramian.cuda.device.ChunkLimits;
import io.gramian.cuda.driver.DeviceInfo;
import io.gramian.cuda.gemm.GemmTile;

/**
 * How the pairs of a run are divided among blocks and launches. All of it depends on shapes and the
 * device alone, so that a run gives the same bits as the one before.
 *
 * @param tileTuples tuples of a block's tile
 * @param anchorSlices slices of the anchors in a pass over all pairs
 * @param tupleSlices slices of the tuples
 * @param chunkAnchors anchors of a chunk of the backward pass
 * @param chunkTuples tuples of a chunk
 */
record PairTiling(
    int tileTuples, int anchorSlices, int tupleSlices, int chunkAnchors, int chunkTuples) {
  /** Sums of columns are kept for each slice of the anchors. */
  private static final int MOST_ANCHOR_SLICES = 16;

  /** Blocks per multiprocessor and pass: two run at a time, and as many follow. */
  private static final int BLOCKS_PER_MULTIPROCESSOR = 4;

  /** Chunks are whole tiles of all kernels. */
  private static final int CHUNK_UNIT = 128;

  /**
   * The division for a problem.
   *
   * @param members of a tuple, 1 to 7
   * @param weightPlanes 16-bit planes of the weights
   * @param limits of chunks
   * @param keepsColumns whether a pass keeps sums for each slice of the anchors and every tuple
   */
  static PairTiling of(
      DeviceInfo device,
      int anchors,
      int tuples,
      int members,
      int weightPlanes,
      ChunkLimits limits,
      boolean keepsColumns) {
    int tileTuples = Constants.tileTuples(members);
    int anchorTiles = Math.max(Math.ceilDiv(anchors, Constants.GEMM_ROWS), 1);
    int tupleTiles = Math.max(Math.ceilDiv(tuples, tileTuples), 1);
    // Where nothing is kept for each slice and every tuple, a chunk has a slice for each tile.
    int mostAnchorSlices =
        keepsColumns ? MOST_ANCHOR_SLICES : Math.max(limits.anchors() / Constants.GEMM_ROWS, 1);
    int anchorSlices = Math.min(anchorTiles, mostAnchorSlices);
    int wanted = BLOCKS_PER_MULTIPROCESSOR * device.multiprocessors();
    int tupleSlices = Math.min(tupleTiles, Math.ceilDiv(wanted, anchorSlices));
    int chunkAnchors = Math.min(roundUp(anchors, CHUNK_UNIT), limits.anchors());
    long bytesPerTuple = 2L * weightPlanes * members * chunkAnchors;
    long mostTuples =
        Math.max(limits.weightBytes() / bytesPerTuple / CHUNK_UNIT * CHUNK_UNIT, CHUNK_UNIT);
    int chunkTuples = (int) Math.min(roundUp(tuples, CHUNK_UNIT), mostTuples);
    return new PairTiling(
        tileTuples,
        slices(anchorTiles, anchorSlices),
        slices(tupleTiles, tupleSlices),
        chunkAnchors,
        chunkTuples);
  }

  /** Dynamic shared memory of a block of the kernels over pairs: stages, then a tile of scores. */
  static int pairSharedBytes(int members) {
    int tuples = Constants.tileTuples(members);
    int stages = GemmTile.stageBytes(Constants.GEMM_ROWS + members * tuples);
    int scores = Constants.GEMM_ROWS * (tuples + Constants.SCORE_PADDING) * Float.BYTES;
    return Math.max(stages, scores);
  }

  /** Tiles of anchors that each block of a pass over {@code count} anchors goes through. */
  int anchorTilesPerBlock(int count) {
    return perSlice(Math.ceilDiv(count, Constants.GEMM_ROWS), anchorSlices);
  }

  /** Tiles of tuples that each block of a pass over {@code count} tuples goes through. */
  int tupleTilesPerBlock(int count) {
    return perSlice(Math.ceilDiv(count, tileTuples), tupleSlices);
  }

  private static int perSlice(int tiles, int slices) {
    return Math.max(Math.ceilDiv(tiles, slices), 1);
  }

  /** The number of slices that are left when each but the last has as many tiles as the first. */
  private static int slices(int tiles, int wanted) {
    return Math.ceilDiv(tiles, perSlice(tiles, wanted));
  }

  private static int roundUp(int value, int unit) {
    return Math.max(Math.ceilDiv(value, unit), 1) * unit;
  }
}
