package io.gramian.cuda.op;

import io.gramian.Bindings;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.cuda.abi.Kernels;
import io.gramian.cuda.abi.SampleNegativesDraw;
import io.gramian.cuda.abi.SampleNegativesDrawParams;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.CudaExecutor;
import io.gramian.cuda.device.KernelLaunch;
import io.gramian.cuda.device.LaunchList;
import io.gramian.cuda.device.Region;
import io.gramian.cuda.device.Scratch;
import io.gramian.cuda.pair.PairBegin;
import io.gramian.cuda.pair.PairEngine;
import io.gramian.cuda.pair.PairInputs;
import io.gramian.cuda.pair.PairTargets;
import io.gramian.cuda.pair.ScoreChunks;
import io.gramian.cuda.pair.SoftmaxSums;
import io.gramian.op.SampleNegatives;

/**
 * {@link SampleNegatives} on CUDA: a pass for the sums over the tuples of each anchor, then chunks
 * of scores from which the draws are made. Labels are read on the device only: one that is no tuple
 * leaves nothing out.
 */
final class SampleNegativesCuda extends CudaExecutor {
  private final LaunchList launches = new LaunchList();
  private final Scratch scratch = new Scratch();
  private final PairInputs tensors;
  private final PairEngine engine;
  private final PairBegin begin;
  private final PairTargets targets;
  private final SoftmaxSums sums;
  private final ScoreChunks chunks;
  private final Region best;
  private final KernelLaunch<SampleNegativesDrawParams> draw;
  private final ScoreChunks.Step drawing = this::draw;

  SampleNegativesCuda(
      CudaDevice device, SampleNegatives op, Specs inputs, Specs outputs, PlanOptions options) {
    super(device);
    tensors = PairInputs.ofTuples(inputs);
    tensors.requireTypes(op.name(), inputs, outputs);
    try {
      engine =
          new PairEngine(
              device,
              launches,
              scratch,
              tensors.problem(
                  op.name(), op.similarity(), op.normalize(), inputs, options.strict(), false));
      begin = new PairBegin(engine, inputs).temperature(op.temperature());
      targets = PairTargets.given(engine, inputs);
      sums = SoftmaxSums.ofRows(engine, scratch);
      chunks = new ScoreChunks(engine, scratch);
      best = scratch.reserve(SampleNegativesDraw.SIZE * engine.anchor().rows().count());
      draw = engine.launch(Kernels.SAMPLE_NEGATIVES_DRAW);
    } catch (RuntimeException e) {
      launches.close();
      throw e;
    }
    SampleNegativesDrawParams p = draw.parameter();
    p.stride(chunks.stride()).labelStride(targets.stride());
    p.indicesStride(outputs.get("indices").stride(0));
    p.seed(op.seed()).floor(SampleNegatives.FLOOR);
  }

  @Override
  public long workspaceBytes() {
    return scratch.bytes();
  }

  @Override
  public void enqueue(long stream, Bindings in, Bindings out, long workspace) {
    tensors.bind(engine, in, workspace);
    begin.run(stream, in, 0);
    engine.prepare(stream);
    sums.run(stream);
    targets.begin(stream, in);
    SampleNegativesDrawParams p = draw.parameter();
    p.scalars(engine.scalars()).sums(sums.rowSums()).labels(targets.labels());
    p.step(address(in.find("step"))).best(best.at(workspace));
    p.indices(out.get("indices").address());
    chunks.run(stream, drawing, null);
  }

  private void draw(
      long stream, long scores, int anchor, int anchorCount, int tuple, int tupleCount) {
    SampleNegativesDrawParams p = draw.parameter();
    p.scores(scores).anchorBegin(anchor).tupleBegin(tuple).tuples(tupleCount);
    p.isLast(tuple + tupleCount == engine.tupleRows().count());
    draw.enqueue(stream, anchorCount, 1, 1);
  }

  @Override
  public void free() {
    launches.close();
  }
}
