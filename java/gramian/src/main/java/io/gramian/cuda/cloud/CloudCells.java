package io.gramian.cuda.cloud;

import io.gramian.DType;
import io.gramian.cuda.abi.Constants;
import io.gramian.cuda.abi.Fields;
import io.gramian.cuda.abi.Kernels;
import io.gramian.cuda.abi.PointcloudCellsParams;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.KernelLaunch;
import io.gramian.cuda.device.LaunchList;
import io.gramian.cuda.device.Region;
import io.gramian.cuda.device.Scratch;

/**
 * Sums over the pairs of points of two clouds: their parts in the workspace, and the launch that
 * adds these up.
 */
public final class CloudCells {
  private final KernelLaunch<PointcloudCellsParams> launch;
  private final Region region;
  private final long cells;

  /**
   * Reserves the parts.
   *
   * @param factor of all sums
   * @param type of the results
   * @param stride from the results of an anchor cloud to those of the next
   * @param isFinite whether an infinite sum becomes NaN
   */
  public CloudCells(
      CudaDevice device,
      LaunchList launches,
      Scratch scratch,
      Clouds anchors,
      Clouds tuples,
      double factor,
      DType type,
      long stride,
      boolean isFinite) {
    this.cells = Math.multiplyExact((long) anchors.count(), tuples.count());
    this.region = scratch.reserve(Math.multiplyExact(anchors.cells(tuples), Float.BYTES));
    this.launch = launches.add(device, Kernels.POINTCLOUD_CELLS);
    PointcloudCellsParams p = launch.parameter();
    p.stride(stride).factor(factor).type(Fields.type(type)).isFinite(isFinite);
    p.anchorClouds(anchors.count()).anchorSize(anchors.size()).anchorParts(anchors.parts());
    p.tupleClouds(tuples.count()).tupleSize(tuples.size()).tupleParts(tuples.parts());
  }

  /** Device address of the parts. */
  public long address(long workspace) {
    return region.at(workspace);
  }

  /** Enqueues the addition of the parts. */
  public void store(long stream, long workspace, long to) {
    if (cells > 0) {
      launch.parameter().cells(address(workspace)).to(to);
      int blocks = Math.toIntExact(Math.ceilDiv(cells, (long) Constants.ROW_THREADS));
      launch.enqueue(stream, blocks, 1, 1);
    }
  }
}
