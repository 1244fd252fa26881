package io.gramian.cuda.set;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gramian.DType;
import io.gramian.cuda.abi.GradientRows;
import io.gramian.cuda.abi.RowStructs;
import io.gramian.cuda.abi.StructLayout;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.LaunchList;
import io.gramian.cuda.device.Scratch;
import io.gramian.cuda.driver.Launch;
import io.gramian.cuda.gemm.Operand;
import java.lang.foreign.MemorySegment;

/**
 * The gradient of a set of points: the passes over pairs add theirs up in f32 rows in the
 * workspace, and what the caller wants is rounded once. Struct {@code FinishParams} of
 * kernels/src/sets.cu.
 */
public final class SetGradient {
  private final SetPoints points;
  private final long stride;
  private final long region;
  private final Launch finish;

  private long workspace;

  /** Reserves the sums. */
  public SetGradient(
      CudaDevice device,
      LaunchList launches,
      Scratch scratch,
      SetPoints points,
      GradientRows output) {
    this.points = points;
    this.stride = points.centredRows().stride();
    this.region = scratch.words(points.rows().count() * stride);
    this.finish =
        launches.add(device.kernel("sets", "sets_finish"), Operand.threads(), 0, Params.BYTES);
    MemorySegment p = finish.parameter();
    points.describe(p, Params.SET);
    p.set(JAVA_LONG, Params.GRADIENT_STRIDE, stride);
    RowStructs.gradient(p, Params.OUT, output);
  }

  /** The sums as a pass writes them, or adds to them. */
  public GradientRows rows(boolean accumulate) {
    return new GradientRows(DType.F32, stride, accumulate);
  }

  /** Takes the workspace of a run. */
  public void bind(long workspaceAddress) {
    workspace = workspaceAddress;
  }

  /** Device address of the sums. */
  public long address() {
    return workspace + region;
  }

  /** Has what variance and range add to the gradient added in the end. */
  public void spread(SetSpread spread) {
    MemorySegment p = finish.parameter();
    p.set(JAVA_LONG, Params.SPREAD, spread.gradient());
    spread.writeColumns(p, Params.COLUMNS);
    p.set(JAVA_LONG, Params.MEAN, points.mean());
  }

  /** Enqueues the writing of the output. */
  public void finish(long stream, long output) {
    MemorySegment p = finish.parameter();
    points.bind(p, Params.SET);
    p.set(JAVA_LONG, Params.GRADIENT, address());
    RowStructs.bindGradient(p, Params.OUT, output);
    finish.enqueue(stream, Operand.blocks(points.rows().count()), 1, 1);
  }

  private static final class Params {
    private static final StructLayout LAYOUT = new StructLayout();
    static final long SET = LAYOUT.struct(SetPoints.SET_ROWS);
    static final long GRADIENT = LAYOUT.pointer();
    static final long GRADIENT_STRIDE = LAYOUT.int64();
    static final long OUT = LAYOUT.struct(RowStructs.GRADIENT_OUTPUT);
    static final long SPREAD = LAYOUT.pointer();
    static final long COLUMNS = LAYOUT.struct(SetSpread.COLUMNS);
    static final long MEAN = LAYOUT.pointer();
    static final long BYTES = LAYOUT.bytes();
  }
}
