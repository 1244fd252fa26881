package io.gramian.cuda.op;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.ParameterException;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.TensorSpec;
import io.gramian.cuda.abi.Constants;
import io.gramian.cuda.abi.Kernels;
import io.gramian.cuda.abi.TopkConstants;
import io.gramian.cuda.abi.TopkMergeParams;
import io.gramian.cuda.abi.TopkRankParams;
import io.gramian.cuda.abi.TopkRecallParams;
import io.gramian.cuda.abi.TopkWriteParams;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.CudaExecutor;
import io.gramian.cuda.device.KernelLaunch;
import io.gramian.cuda.device.KernelSpec;
import io.gramian.cuda.device.LaunchList;
import io.gramian.cuda.device.Region;
import io.gramian.cuda.device.Scratch;
import io.gramian.cuda.pair.PairEngine;
import io.gramian.cuda.pair.PairInputs;
import io.gramian.cuda.pair.PairTargets;
import io.gramian.cuda.pair.ScoreChunks;
import io.gramian.op.TopK;
import java.util.Set;

/**
 * {@link TopK} on CUDA: chunks of scores are merged into the best so far; for ranks, once the
 * scores of the anchors' own tuples are known, the chunks go by a second time. Labels are read on
 * the device only: an anchor whose label is no tuple has rank B2.
 */
final class TopKCuda extends CudaExecutor {
  private static final int MOST_COUNT = 2048;
  private static final int LEAST_SLOTS = 256;
  private static final int MOST_CUTOFFS = TopkConstants.MOST_CUTOFFS;
  private static final Set<DType> FLOAT = Set.of(DType.F32);

  private final LaunchList launches = new LaunchList();
  private final Scratch scratch = new Scratch();
  private final PairInputs tensors;
  private final PairEngine engine;
  private final PairTargets targets;
  private final ScoreChunks chunks;
  private final int count;
  private final int anchors;
  private final boolean wantsBest;
  private final boolean wantsRanks;
  private final Region best;
  private final Region targetScores;
  private final Region ranks;
  private final KernelLaunch<TopkMergeParams> merge;
  private final KernelLaunch<TopkWriteParams> write;
  private final KernelLaunch<TopkRankParams> rank;
  private final KernelLaunch<TopkRecallParams> recall;

  /** What is done with chunks of scores; the second is null where no ranks are wanted. */
  private final ScoreChunks.Step merging = this::merge;

  private final ScoreChunks.Step ranking;

  TopKCuda(CudaDevice device, TopK op, Specs inputs, Specs outputs, PlanOptions options) {
    super(device);
    requireType(op.name(), outputs, "scores", FLOAT);
    requireType(op.name(), outputs, "recall", FLOAT);
    count = op.count();
    checkSizes(op);
    tensors = PairInputs.ofTuples(inputs);
    tensors.requireTypes(op.name(), inputs, outputs);
    wantsBest = outputs.has("indices") || outputs.has("scores");
    wantsRanks = outputs.has("ranks") || outputs.has("recall");
    try {
      engine =
          new PairEngine(
              device,
              launches,
              scratch,
              tensors.problem(
                  op.name(), op.similarity(), op.normalize(), inputs, options.strict(), false));
      anchors = engine.anchor().rows().count();
      targets = PairTargets.given(engine, inputs);
      chunks = new ScoreChunks(engine, scratch);
      best = scratch.reserve(wantsBest, (long) Long.BYTES * anchors * count);
      targetScores = scratch.reserve(wantsRanks, (long) Float.BYTES * anchors);
      ranks = scratch.reserve(wantsRanks, (long) Integer.BYTES * anchors);
      merge = mergeLaunch(device);
      write = writeLaunch(outputs);
      rank = rankLaunch();
      recall = recallLaunch(op, outputs);
      ranking = wantsRanks ? this::rank : null;
    } catch (RuntimeException e) {
      launches.close();
      throw e;
    }
  }

  private static void checkSizes(TopK op) {
    if (op.count() > MOST_COUNT) {
      throw new ParameterException(
          "topk: the CUDA kernels take count of at most " + MOST_COUNT + ", got " + op.count());
    }
    if (op.cutoffs().length > MOST_CUTOFFS) {
      throw new ParameterException(
          "topk: the CUDA kernels take at most "
              + MOST_CUTOFFS
              + " cutoffs, got "
              + op.cutoffs().length);
    }
  }

  private KernelLaunch<TopkMergeParams> mergeLaunch(CudaDevice device) {
    int slots = Math.max(Integer.highestOneBit(2 * count - 1), LEAST_SLOTS);
    KernelSpec<TopkMergeParams> kernel = Kernels.TOPK_MERGE;
    KernelLaunch<TopkMergeParams> launch =
        launches.add(device, kernel, kernel.threads(), 2 * slots * Long.BYTES);
    launch.parameter().stride(chunks.stride()).count(count).slots(slots);
    return launch;
  }

  private KernelLaunch<TopkWriteParams> writeLaunch(Specs outputs) {
    KernelLaunch<TopkWriteParams> launch = engine.launch(Kernels.TOPK_WRITE);
    TopkWriteParams p = launch.parameter();
    p.indicesStride(stride(outputs.find("indices"))).scoresStride(stride(outputs.find("scores")));
    p.anchors(anchors).count(count);
    return launch;
  }

  private KernelLaunch<TopkRankParams> rankLaunch() {
    KernelLaunch<TopkRankParams> launch = engine.launch(Kernels.TOPK_RANK);
    launch.parameter().stride(chunks.stride()).labelStride(targets.stride());
    launch.parameter().allTuples(engine.tupleRows().count());
    return launch;
  }

  private KernelLaunch<TopkRecallParams> recallLaunch(TopK op, Specs outputs) {
    KernelLaunch<TopkRecallParams> launch = engine.launch(Kernels.TOPK_RECALL);
    TopkRecallParams p = launch.parameter();
    p.ranksStride(stride(outputs.find("ranks"))).recallStride(stride(outputs.find("recall")));
    int[] cutoffs = op.cutoffs();
    p.anchors(anchors).cutoffs(cutoffs.length);
    for (int c = 0; c < cutoffs.length; c++) {
      p.cutoff(c, cutoffs[c]);
    }
    return launch;
  }

  private static long stride(TensorSpec spec) {
    return spec == null ? 0 : spec.stride(0);
  }

  @Override
  public long workspaceBytes() {
    return scratch.bytes();
  }

  @Override
  public void enqueue(long stream, Bindings in, Bindings out, long workspace) {
    tensors.bind(engine, in, workspace);
    targets.begin(stream, in);
    targets.describe(chunks.parameter());
    chunks.parameter().targetScores(targetScores.at(workspace));
    engine.prepare(stream);
    merge.parameter().best(best.at(workspace));
    TopkRankParams r = rank.parameter();
    r.labels(targets.labels()).targetScores(targetScores.at(workspace)).ranks(ranks.at(workspace));
    chunks.run(stream, merging, ranking);
    if (wantsBest) {
      TopkWriteParams p = write.parameter();
      p.best(best.at(workspace)).indices(address(out.find("indices")));
      p.scores(address(out.find("scores")));
      long numbers = (long) anchors * count;
      write.enqueue(
          stream, Math.toIntExact(Math.ceilDiv(numbers, (long) Constants.ROW_THREADS)), 1, 1);
    }
    if (wantsRanks) {
      TopkRecallParams p = recall.parameter();
      p.ranks(ranks.at(workspace)).ranksOut(address(out.find("ranks")));
      p.recall(address(out.find("recall")));
      recall.enqueue(stream, 1, 1, 1);
    }
  }

  private void merge(
      long stream, long scores, int anchor, int anchorCount, int tuple, int tupleCount) {
    if (wantsBest) {
      merge.parameter().scores(scores).anchorBegin(anchor).tupleBegin(tuple).tuples(tupleCount);
      merge.enqueue(stream, anchorCount, 1, 1);
    }
  }

  private void rank(
      long stream, long scores, int anchor, int anchorCount, int tuple, int tupleCount) {
    rank.parameter().scores(scores).anchorBegin(anchor).tupleBegin(tuple).tuples(tupleCount);
    rank.enqueue(stream, anchorCount, 1, 1);
  }

  @Override
  public void free() {
    launches.close();
  }
}
