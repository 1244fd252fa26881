package io.gramian.cuda.set;

import io.gramian.DType;
import io.gramian.cuda.abi.Fields;
import io.gramian.cuda.abi.GradientRows;
import io.gramian.cuda.abi.Kernels;
import io.gramian.cuda.abi.SetsFinishParams;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.KernelLaunch;
import io.gramian.cuda.device.LaunchList;
import io.gramian.cuda.device.Region;
import io.gramian.cuda.device.Scratch;
import io.gramian.cuda.gemm.Operand;

/**
 * The gradient of a set of points: the passes over pairs add theirs up in f32 rows in the
 * workspace, and what the caller wants is rounded once. Where all pairs were made again in double,
 * the gradient is that of these.
 */
public final class SetGradient {
  private final SetPoints points;
  private final ExactSets exact;
  private final long stride;
  private final Region region;
  private final KernelLaunch<SetsFinishParams> finish;

  private long workspace;

  /**
   * Reserves the sums.
   *
   * @param exact all pairs in double; null where they are never made so
   */
  public SetGradient(
      CudaDevice device,
      LaunchList launches,
      Scratch scratch,
      SetPoints points,
      ExactSets exact,
      GradientRows output) {
    this.points = points;
    this.exact = exact;
    this.stride = points.centredRows().stride();
    this.region = scratch.reserve(Float.BYTES * points.rows().count() * stride);
    this.finish = launches.add(device, Kernels.SETS_FINISH);
    SetsFinishParams p = finish.parameter();
    points.describe(p.set());
    p.gradientStride(stride);
    Fields.prepare(p.out(), output);
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
    return region.at(workspace);
  }

  /** Has what variance and range add to the gradient added in the end. */
  public void spread(SetSpread spread) {
    SetsFinishParams p = finish.parameter();
    p.spread(spread.gradient()).mean(points.mean());
    spread.describe(p.columns());
  }

  /** Enqueues the writing of the output. */
  public void finish(long stream, long output) {
    SetsFinishParams p = finish.parameter();
    points.bind(p.set());
    p.gradient(address());
    if (exact != null) {
      p.isExact(exact.isWanted()).exact(exact.gradient(points));
    }
    p.out().to(output);
    finish.enqueue(stream, Operand.blocks(points.rows().count()), 1, 1);
  }
}
