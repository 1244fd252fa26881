package io.gramian.cuda.device;

/**
 * What bounds the chunks in which an op goes through its pairs.
 *
 * @param anchors most anchors of a chunk of the backward pass
 * @param weightBytes most bytes of its weights, where the fewest tuples have no more
 * @param matrixAnchors most anchors whose scores are a matrix at a time
 * @param matrixTuples most tuples of that matrix
 */
public record ChunkLimits(int anchors, long weightBytes, int matrixAnchors, int matrixTuples) {
  /** The weights of a chunk stay in the second-level cache of large devices. */
  public static final ChunkLimits DEFAULT = new ChunkLimits(4096, 32L << 20, 2048, 8192);
}
