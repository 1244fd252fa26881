package io.gramian.cuda.set;

import io.gramian.cuda.abi.Constants;
import io.gramian.cuda.abi.Kernels;
import io.gramian.cuda.abi.SetsMeansParams;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.KernelLaunch;
import io.gramian.cuda.device.LaunchList;
import io.gramian.cuda.device.Scratch;
import io.gramian.cuda.gemm.Rows;
import io.gramian.cuda.pair.PairEngine;

/** One set of points, made unit where asked for, less their mean. */
public final class UnitSet {
  private final SetPoints points;
  private final KernelLaunch<SetsMeansParams> means;

  /** Reserves the points in the workspace. */
  public UnitSet(
      CudaDevice device, LaunchList launches, Scratch scratch, Rows rows, boolean normalize) {
    this.points = new SetPoints(device, launches, scratch, rows, normalize);
    this.means = launches.add(device, Kernels.SETS_MEANS);
    means.parameter().slices(0, points.slices()).counts(0, rows.count()).sets(1).depth(rows.d());
  }

  /** Takes the rows of a run and enqueues the centring. */
  public void run(long stream, long rows, long workspace) {
    points.bind(workspace, rows);
    points.sum(stream);
    SetsMeansParams p = means.parameter();
    p.sums(0, points.sums()).means(0, mean()).centre(mean());
    means.enqueue(stream, Math.ceilDiv(points.rows().d(), Constants.ROW_THREADS), 1, 1);
    points.centre(stream, mean());
  }

  /** The points. */
  public SetPoints points() {
    return points;
  }

  /** Device address of their mean, doubles. */
  public long mean() {
    return points.mean();
  }

  /**
   * An engine over the distances of all pairs.
   *
   * @param strict keep all bits of the rows
   */
  public PairEngine distances(
      CudaDevice device, LaunchList launches, Scratch scratch, boolean strict, boolean backward) {
    return CentredSets.distances(device, launches, scratch, points, points, strict, backward);
  }
}
