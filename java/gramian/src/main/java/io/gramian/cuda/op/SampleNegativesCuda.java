package io.gramian.cuda.op;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gramian.Bindings;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.cuda.abi.StructLayout;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.CudaExecutor;
import io.gramian.cuda.device.LaunchList;
import io.gramian.cuda.device.Scratch;
import io.gramian.cuda.driver.Launch;
import io.gramian.cuda.pair.PairBegin;
import io.gramian.cuda.pair.PairEngine;
import io.gramian.cuda.pair.PairForward;
import io.gramian.cuda.pair.PairInputs;
import io.gramian.cuda.pair.PairObjective;
import io.gramian.cuda.pair.ScoreChunks;
import io.gramian.cuda.pair.SumMerge;
import io.gramian.op.SampleNegatives;
import java.lang.foreign.MemorySegment;

/**
 * {@link SampleNegatives} on CUDA: a pass for the sums over the tuples of each anchor, then chunks
 * of scores from which the draws are made. Labels are read on the device only: one that is no tuple
 * leaves nothing out.
 */
final class SampleNegativesCuda extends CudaExecutor {
  /** Image of its own kernels. */
  static final String IMAGE = "sample_negatives";

  private static final long DRAW_BYTES = 16;

  private final LaunchList launches = new LaunchList();
  private final Scratch scratch = new Scratch();
  private final PairInputs tensors;
  private final PairEngine engine;
  private final PairBegin begin;
  private final PairForward forward;
  private final PairForward.Sums sums;
  private final SumMerge merge;
  private final ScoreChunks chunks;
  private final long best;
  private final Launch draw;

  SampleNegativesCuda(
      CudaDevice device, SampleNegatives op, Specs inputs, Specs outputs, PlanOptions options) {
    super(device);
    PairInputs.requireTypes(op.name(), inputs, outputs);
    tensors = new PairInputs(inputs);
    try {
      engine =
          new PairEngine(
              device,
              launches,
              scratch,
              tensors.problem(
                  op.name(), op.similarity(), op.normalize(), inputs, options.strict(), false));
      begin = new PairBegin(engine, inputs).temperature(op.temperature());
      forward = new PairForward(engine, PairObjective.SOFTMAX);
      sums = forward.rowSums(scratch);
      merge = new SumMerge(engine, scratch, sums, false);
      chunks = new ScoreChunks(engine, new PairForward(engine, PairObjective.MATRIX), scratch);
      best = scratch.region(DRAW_BYTES * engine.anchor().rows().count());
      draw = engine.rowLaunch(IMAGE, "sample_negatives_draw", Draw.BYTES);
    } catch (RuntimeException e) {
      launches.close();
      throw e;
    }
    MemorySegment p = draw.parameter();
    p.set(JAVA_LONG, Draw.STRIDE, chunks.stride());
    p.set(JAVA_LONG, Draw.LABEL_STRIDE, tensors.labelStride());
    p.set(JAVA_LONG, Draw.INDICES_STRIDE, outputs.get("indices").stride(0));
    p.set(JAVA_LONG, Draw.SEED, op.seed());
    p.set(JAVA_DOUBLE, Draw.FLOOR, SampleNegatives.FLOOR);
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
    forward.softmax(sums, null);
    forward.run(stream);
    merge.run(stream);
    MemorySegment p = draw.parameter();
    p.set(JAVA_LONG, Draw.SCALARS, engine.scalars());
    p.set(JAVA_LONG, Draw.LOGS, merge.logs());
    p.set(JAVA_LONG, Draw.LABELS, PairInputs.labels(in));
    p.set(JAVA_LONG, Draw.STEP, address(in.find("step")));
    p.set(JAVA_LONG, Draw.BEST, workspace + best);
    p.set(JAVA_LONG, Draw.INDICES, out.get("indices").address());
    int tuples = engine.tupleRows().count();
    chunks.run(
        stream,
        (scores, anchor, anchorCount, tuple, tupleCount) -> {
          p.set(JAVA_LONG, Draw.SCORES, scores);
          p.set(JAVA_INT, Draw.ANCHOR_BEGIN, anchor);
          p.set(JAVA_INT, Draw.TUPLE_BEGIN, tuple);
          p.set(JAVA_INT, Draw.TUPLES, tupleCount);
          p.set(JAVA_INT, Draw.IS_LAST, tuple + tupleCount == tuples ? 1 : 0);
          draw.enqueue(stream, anchorCount, 1, 1);
        },
        null);
  }

  @Override
  public void free() {
    launches.close();
  }

  /** Struct {@code DrawParams} of kernels/src/sample_negatives.cu. */
  private static final class Draw {
    private static final StructLayout LAYOUT = new StructLayout();
    static final long SCALARS = LAYOUT.pointer();
    static final long LOGS = LAYOUT.pointer();
    static final long SCORES = LAYOUT.pointer();
    static final long STRIDE = LAYOUT.int64();
    static final long LABELS = LAYOUT.pointer();
    static final long LABEL_STRIDE = LAYOUT.int64();
    static final long STEP = LAYOUT.pointer();
    static final long BEST = LAYOUT.pointer();
    static final long INDICES = LAYOUT.pointer();
    static final long INDICES_STRIDE = LAYOUT.int64();
    static final long SEED = LAYOUT.int64();
    static final long FLOOR = LAYOUT.float64();
    static final long ANCHOR_BEGIN = LAYOUT.int32();
    static final long TUPLE_BEGIN = LAYOUT.int32();
    static final long TUPLES = LAYOUT.int32();
    static final long IS_LAST = LAYOUT.int32();
    static final long BYTES = LAYOUT.bytes();
  }
}
