package io.gramian.cuda.cloud;

import io.gramian.DType;
import io.gramian.cuda.abi.CloudForwardParams;
import io.gramian.cuda.abi.CloudPairs;
import io.gramian.cuda.abi.CloudWeighParams;
import io.gramian.cuda.abi.Fields;
import io.gramian.cuda.pair.PairEngine;
import io.gramian.cuda.pair.PairForward;
import io.gramian.cuda.pair.PairKernels;
import io.gramian.cuda.pair.PairObjective;

/** Scores summed over the pairs of points of two clouds, times the weights of both. */
public final class CloudSums implements PairObjective<CloudWeighParams> {
  private static final PairKernels<CloudForwardParams, CloudWeighParams> KERNELS =
      new PairKernels<>("clouds", CloudForwardParams.TYPE, CloudWeighParams.TYPE);

  private final Clouds anchors;
  private final Clouds tuples;
  private final double factor;
  private final PairForward<CloudForwardParams> pass;

  private long anchorWeights;
  private long tupleWeights;
  private long upstream;
  private long upstreamStride;
  private DType upstreamType = DType.F32;
  private long ofAnchorWeights;
  private long ofTupleWeights;

  /**
   * The sums of an engine's pairs.
   *
   * @param factor of the gradient of the sums
   */
  public CloudSums(PairEngine engine, Clouds anchors, Clouds tuples, double factor) {
    this.anchors = anchors;
    this.tuples = tuples;
    this.factor = factor;
    this.pass = new PairForward<>(engine, KERNELS);
  }

  /** Takes the device addresses of the weights of a run; 0 where all are 1. */
  public void bind(long weightsOfAnchors, long weightsOfTuples) {
    anchorWeights = weightsOfAnchors;
    tupleWeights = weightsOfTuples;
  }

  /** Enqueues the pass that leaves parts of the sums at a device address. */
  public void run(long stream, long cells) {
    describe(pass.parameter().clouds());
    pass.parameter().clouds().cells(cells);
    pass.run(stream);
  }

  /** Takes the gradient of the sums. */
  public void upstream(long address, long stride, DType type) {
    upstream = address;
    upstreamStride = stride;
    upstreamType = type;
  }

  /** Where parts of the gradients of the weights go; 0 for nowhere. */
  public void weightGradients(long ofAnchors, long ofTuples) {
    ofAnchorWeights = ofAnchors;
    ofTupleWeights = ofTuples;
  }

  @Override
  public PairKernels<?, CloudWeighParams> kernels() {
    return KERNELS;
  }

  @Override
  public void describe(CloudWeighParams p) {
    CloudPairs clouds = p.clouds();
    describe(clouds);
    clouds.upstream(upstream).upstreamStride(upstreamStride);
    clouds.upstreamType(Fields.type(upstreamType)).factor((float) factor);
    clouds.rowSums(ofAnchorWeights).columnSums(ofTupleWeights);
  }

  private void describe(CloudPairs clouds) {
    anchors.describe(clouds.anchor());
    tuples.describe(clouds.tuple());
    clouds.anchor().weights(anchorWeights);
    clouds.tuple().weights(tupleWeights);
  }
}
