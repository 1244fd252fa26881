package io.gramian.cuda.pair;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gramian.cuda.abi.StructLayout;
import io.gramian.cuda.device.Scratch;
import io.gramian.cuda.driver.Launch;
import io.gramian.cuda.gemm.Operand;
import java.lang.foreign.MemorySegment;

/**
 * Puts together the parts of the sums of a softmax pass: struct {@code MergeSumsParams} of
 * kernels/include/gramian/pair/reduce.cuh.
 */
public final class SumMerge {
  private final PairEngine engine;
  private final PairForward.Sums sums;
  private final Launch launch;
  private final long logs;
  private final long totals;

  /**
   * Reserves the results.
   *
   * @param wantsTotals whether the scores were summed as well
   */
  public SumMerge(PairEngine engine, Scratch scratch, PairForward.Sums sums, boolean wantsTotals) {
    this.engine = engine;
    this.sums = sums;
    this.logs = scratch.doubles(sums.count);
    this.totals = wantsTotals ? scratch.doubles(sums.count) : -1;
    this.launch = engine.rowLaunch("pair_rows", "pair_merge_sums", Params.BYTES);
    launch.parameter().set(JAVA_INT, Params.SLICES, sums.slices);
    launch.parameter().set(JAVA_INT, Params.COUNT, sums.count);
  }

  /** Enqueues it. */
  public void run(long stream) {
    if (sums.count == 0) {
      return;
    }
    MemorySegment p = launch.parameter();
    p.set(JAVA_LONG, Params.SUMS, sums.sums(engine.workspace()));
    p.set(JAVA_LONG, Params.TOTALS, sums.totals(engine.workspace()));
    p.set(JAVA_LONG, Params.LOGS, logs());
    p.set(JAVA_LONG, Params.MERGED_TOTALS, totals());
    launch.enqueue(stream, Math.ceilDiv(sums.count, Operand.threads()), 1, 1);
  }

  /** Device address of the base-2 logarithms of the sums, doubles. */
  public long logs() {
    return engine.workspace() + logs;
  }

  /** Device address of the sums of scores, doubles; 0 if there are none. */
  long totals() {
    return totals < 0 ? 0 : engine.workspace() + totals;
  }

  private static final class Params {
    private static final StructLayout LAYOUT = new StructLayout();
    static final long SUMS = LAYOUT.pointer();
    static final long TOTALS = LAYOUT.pointer();
    static final long LOGS = LAYOUT.pointer();
    static final long MERGED_TOTALS = LAYOUT.pointer();
    static final long SLICES = LAYOUT.int32();
    static final long COUNT = LAYOUT.int32();
    static final long BYTES = LAYOUT.bytes();
  }
}
