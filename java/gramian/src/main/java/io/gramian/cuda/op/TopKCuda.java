package io.gramian.cuda.op;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.ParameterException;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.TensorSpec;
import io.gramian.cuda.abi.StructLayout;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.CudaExecutor;
import io.gramian.cuda.device.LaunchList;
import io.gramian.cuda.device.Scratch;
import io.gramian.cuda.driver.Launch;
import io.gramian.cuda.gemm.Operand;
import io.gramian.cuda.pair.PairEngine;
import io.gramian.cuda.pair.PairForward;
import io.gramian.cuda.pair.PairInputs;
import io.gramian.cuda.pair.PairObjective;
import io.gramian.cuda.pair.ScoreChunks;
import io.gramian.op.TopK;
import java.lang.foreign.MemorySegment;
import java.util.Set;

/**
 * {@link TopK} on CUDA: chunks of scores are merged into the best so far; for ranks, once the
 * scores of the anchors' own tuples are known, the chunks go by a second time. Labels are read on
 * the device only: an anchor whose label is no tuple has rank B2.
 */
final class TopKCuda extends CudaExecutor {
  /** Image of its own kernels. */
  static final String IMAGE = "topk";

  private static final int MOST_COUNT = 2048;
  private static final int LEAST_SLOTS = 256;
  private static final int MOST_CUTOFFS = 32;
  private static final Set<DType> FLOAT = Set.of(DType.F32);

  private final LaunchList launches = new LaunchList();
  private final Scratch scratch = new Scratch();
  private final PairInputs tensors;
  private final PairEngine engine;
  private final PairForward forward;
  private final ScoreChunks chunks;
  private final int count;
  private final int anchors;
  private final boolean wantsBest;
  private final boolean wantsRanks;
  private final long best;
  private final long targetScores;
  private final long ranks;
  private final Launch merge;
  private final Launch write;
  private final Launch rank;
  private final Launch recall;

  TopKCuda(CudaDevice device, TopK op, Specs inputs, Specs outputs, PlanOptions options) {
    super(device);
    PairInputs.requireTypes(op.name(), inputs, outputs);
    requireType(op.name(), outputs, "scores", FLOAT);
    requireType(op.name(), outputs, "recall", FLOAT);
    count = op.count();
    checkSizes(op);
    tensors = new PairInputs(inputs);
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
      forward = new PairForward(engine, PairObjective.MATRIX);
      chunks = new ScoreChunks(engine, forward, scratch);
      best = wantsBest ? scratch.doubles((long) anchors * count) : -1;
      targetScores = wantsRanks ? scratch.words(anchors) : -1;
      ranks = wantsRanks ? scratch.words(anchors) : -1;
      merge = wantsBest ? mergeLaunch(device) : null;
      write = wantsBest ? writeLaunch(outputs) : null;
      rank = wantsRanks ? rankLaunch() : null;
      recall = wantsRanks ? recallLaunch(op, outputs) : null;
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

  private Launch mergeLaunch(CudaDevice device) {
    int slots = Math.max(Integer.highestOneBit(2 * count - 1), LEAST_SLOTS);
    Launch launch =
        launches.add(
            device.kernel(IMAGE, "topk_merge"),
            Operand.threads(),
            2 * slots * Long.BYTES,
            Merge.BYTES);
    MemorySegment p = launch.parameter();
    p.set(JAVA_LONG, Merge.STRIDE, chunks.stride());
    p.set(JAVA_INT, Merge.COUNT, count);
    p.set(JAVA_INT, Merge.SLOTS, slots);
    return launch;
  }

  private Launch writeLaunch(Specs outputs) {
    Launch launch = engine.rowLaunch(IMAGE, "topk_write", Write.BYTES);
    MemorySegment p = launch.parameter();
    p.set(JAVA_LONG, Write.INDICES_STRIDE, stride(outputs.find("indices")));
    p.set(JAVA_LONG, Write.SCORES_STRIDE, stride(outputs.find("scores")));
    p.set(JAVA_INT, Write.ANCHORS, anchors);
    p.set(JAVA_INT, Write.COUNT, count);
    return launch;
  }

  private Launch rankLaunch() {
    Launch launch = engine.rowLaunch(IMAGE, "topk_rank", Rank.BYTES);
    launch.parameter().set(JAVA_LONG, Rank.STRIDE, chunks.stride());
    launch.parameter().set(JAVA_LONG, Rank.LABEL_STRIDE, tensors.labelStride());
    launch.parameter().set(JAVA_INT, Rank.ALL_TUPLES, engine.tupleRows().count());
    return launch;
  }

  private Launch recallLaunch(TopK op, Specs outputs) {
    Launch launch = engine.rowLaunch(IMAGE, "topk_recall", Recall.BYTES);
    MemorySegment p = launch.parameter();
    p.set(JAVA_LONG, Recall.RANKS_STRIDE, stride(outputs.find("ranks")));
    p.set(JAVA_LONG, Recall.RECALL_STRIDE, stride(outputs.find("recall")));
    p.set(JAVA_INT, Recall.ANCHORS, anchors);
    int[] cutoffs = op.cutoffs();
    p.set(JAVA_INT, Recall.CUTOFFS, cutoffs.length);
    for (int c = 0; c < cutoffs.length; c++) {
      p.set(JAVA_INT, Recall.CUTOFF + 4L * c, cutoffs[c]);
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
    long labels = PairInputs.labels(in);
    forward.labels(labels, tensors.labelStride());
    forward.targetScores(wantsRanks ? workspace + targetScores : 0);
    engine.prepare(stream);
    chunks.run(
        stream,
        (scores, anchor, anchorCount, tuple, tupleCount) ->
            merge(stream, workspace, scores, anchor, anchorCount, tuple, tupleCount),
        wantsRanks
            ? (scores, anchor, anchorCount, tuple, tupleCount) ->
                rank(stream, workspace, labels, scores, anchor, anchorCount, tuple, tupleCount)
            : null);
    if (wantsBest) {
      MemorySegment p = write.parameter();
      p.set(JAVA_LONG, Write.BEST, workspace + best);
      p.set(JAVA_LONG, Write.INDICES, address(out.find("indices")));
      p.set(JAVA_LONG, Write.SCORES, address(out.find("scores")));
      long numbers = (long) anchors * count;
      write.enqueue(stream, Math.toIntExact(Math.ceilDiv(numbers, (long) Operand.threads())), 1, 1);
    }
    if (wantsRanks) {
      MemorySegment p = recall.parameter();
      p.set(JAVA_LONG, Recall.RANKS, workspace + ranks);
      p.set(JAVA_LONG, Recall.RANKS_OUT, address(out.find("ranks")));
      p.set(JAVA_LONG, Recall.RECALL, address(out.find("recall")));
      recall.enqueue(stream, 1, 1, 1);
    }
  }

  private void merge(
      long stream,
      long workspace,
      long scores,
      int anchor,
      int anchorCount,
      int tuple,
      int tupleCount) {
    if (!wantsBest) {
      return;
    }
    MemorySegment p = merge.parameter();
    p.set(JAVA_LONG, Merge.SCORES, scores);
    p.set(JAVA_LONG, Merge.BEST, workspace + best);
    p.set(JAVA_INT, Merge.ANCHOR_BEGIN, anchor);
    p.set(JAVA_INT, Merge.TUPLE_BEGIN, tuple);
    p.set(JAVA_INT, Merge.TUPLES, tupleCount);
    merge.enqueue(stream, anchorCount, 1, 1);
  }

  private void rank(
      long stream,
      long workspace,
      long labels,
      long scores,
      int anchor,
      int anchorCount,
      int tuple,
      int tupleCount) {
    MemorySegment p = rank.parameter();
    p.set(JAVA_LONG, Rank.SCORES, scores);
    p.set(JAVA_LONG, Rank.LABELS, labels);
    p.set(JAVA_LONG, Rank.TARGET_SCORES, workspace + targetScores);
    p.set(JAVA_LONG, Rank.RANKS, workspace + ranks);
    p.set(JAVA_INT, Rank.ANCHOR_BEGIN, anchor);
    p.set(JAVA_INT, Rank.TUPLE_BEGIN, tuple);
    p.set(JAVA_INT, Rank.TUPLES, tupleCount);
    rank.enqueue(stream, anchorCount, 1, 1);
  }

  @Override
  public void free() {
    launches.close();
  }

  /** Struct {@code MergeParams} of kernels/src/topk.cu. */
  private static final class Merge {
    private static final StructLayout LAYOUT = new StructLayout();
    static final long SCORES = LAYOUT.pointer();
    static final long STRIDE = LAYOUT.int64();
    static final long BEST = LAYOUT.pointer();
    static final long ANCHOR_BEGIN = LAYOUT.int32();
    static final long TUPLE_BEGIN = LAYOUT.int32();
    static final long TUPLES = LAYOUT.int32();
    static final long COUNT = LAYOUT.int32();
    static final long SLOTS = LAYOUT.int32();
    static final long BYTES = LAYOUT.bytes();
  }

  /** Struct {@code WriteParams} of kernels/src/topk.cu. */
  private static final class Write {
    private static final StructLayout LAYOUT = new StructLayout();
    static final long BEST = LAYOUT.pointer();
    static final long INDICES = LAYOUT.pointer();
    static final long INDICES_STRIDE = LAYOUT.int64();
    static final long SCORES = LAYOUT.pointer();
    static final long SCORES_STRIDE = LAYOUT.int64();
    static final long ANCHORS = LAYOUT.int32();
    static final long COUNT = LAYOUT.int32();
    static final long BYTES = LAYOUT.bytes();
  }

  /** Struct {@code RankParams} of kernels/src/topk.cu. */
  private static final class Rank {
    private static final StructLayout LAYOUT = new StructLayout();
    static final long SCORES = LAYOUT.pointer();
    static final long STRIDE = LAYOUT.int64();
    static final long LABELS = LAYOUT.pointer();
    static final long LABEL_STRIDE = LAYOUT.int64();
    static final long TARGET_SCORES = LAYOUT.pointer();
    static final long RANKS = LAYOUT.pointer();
    static final long ANCHOR_BEGIN = LAYOUT.int32();
    static final long TUPLE_BEGIN = LAYOUT.int32();
    static final long TUPLES = LAYOUT.int32();
    static final long ALL_TUPLES = LAYOUT.int32();
    static final long BYTES = LAYOUT.bytes();
  }

  /** Struct {@code RecallParams} of kernels/src/topk.cu. */
  private static final class Recall {
    private static final StructLayout LAYOUT = new StructLayout();
    static final long RANKS = LAYOUT.pointer();
    static final long RANKS_OUT = LAYOUT.pointer();
    static final long RANKS_STRIDE = LAYOUT.int64();
    static final long RECALL = LAYOUT.pointer();
    static final long RECALL_STRIDE = LAYOUT.int64();
    static final long ANCHORS = LAYOUT.int32();
    static final long CUTOFFS = LAYOUT.int32();
    static final long CUTOFF = LAYOUT.int32s(MOST_CUTOFFS);
    static final long BYTES = LAYOUT.bytes();
  }
}
