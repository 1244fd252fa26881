package io.gramian.cuda.set;

import io.gramian.cuda.abi.DensityMeasureParams;
import io.gramian.cuda.abi.DensitySpreadParams;
import io.gramian.cuda.abi.Kernels;
import io.gramian.cuda.abi.Spread;
import io.gramian.cuda.abi.SpreadColumns;
import io.gramian.cuda.abi.SpreadGradient;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.KernelLaunch;
import io.gramian.cuda.device.LaunchList;
import io.gramian.cuda.device.Region;
import io.gramian.cuda.device.Scratch;
import io.gramian.op.SemanticDensity;

/** How far the points of a set spread: variance and range, and the extremes of each dimension. */
public final class SetSpread {
  private final SetPoints points;
  private final KernelLaunch<DensityMeasureParams> measure;
  private final KernelLaunch<DensitySpreadParams> spread;
  private final Columns parts;
  private final Columns columns;
  private final Region squares;
  private final Region result;
  private final Region gradient;

  private long workspace;

  public SetSpread(CudaDevice device, LaunchList launches, Scratch scratch, SetPoints points) {
    this.points = points;
    int d = points.rows().d();
    int slices = points.slices();
    this.squares = scratch.reserve((long) Double.BYTES * slices * d);
    this.parts = new Columns(scratch, (long) slices * d);
    this.columns = new Columns(scratch, d);
    this.result = scratch.reserve(Spread.SIZE);
    this.gradient = scratch.reserve(SpreadGradient.SIZE);
    this.measure = launches.add(device, Kernels.DENSITY_MEASURE);
    this.spread = launches.add(device, Kernels.DENSITY_SPREAD);
    points.describe(measure.parameter().set());
    DensitySpreadParams p = spread.parameter();
    p.floor(SemanticDensity.FLOOR).slices(slices).depth(d).count(points.rows().count());
  }

  /** Enqueues the measuring, once the mean is known. */
  public void run(long stream, long workspaceAddress) {
    workspace = workspaceAddress;
    DensityMeasureParams m = measure.parameter();
    points.bind(m.set());
    m.mean(points.mean()).squares(squares.at(workspace));
    parts.describe(m.parts());
    measure.enqueue(stream, points.columnBlocks(), points.slices(), 1);
    DensitySpreadParams p = spread.parameter();
    p.squares(squares.at(workspace)).spread(address());
    parts.describe(p.parts());
    columns.describe(p.columns());
    spread.enqueue(stream, 1, 1, 1);
  }

  /** Device address of struct {@code Spread}. */
  public long address() {
    return result.at(workspace);
  }

  /** Device address of struct {@code SpreadGradient}, which the op writes. */
  public long gradient() {
    return gradient.at(workspace);
  }

  /** Describes the extremes of the whole set. */
  void describe(SpreadColumns field) {
    columns.describe(field);
  }

  /** The extremes of dimensions, in the workspace. */
  private final class Columns {
    private final Region high;
    private final Region low;
    private final Region highest;
    private final Region lowest;

    Columns(Scratch scratch, long count) {
      this.high = scratch.reserve(Double.BYTES * count);
      this.low = scratch.reserve(Double.BYTES * count);
      this.highest = scratch.reserve(Integer.BYTES * count);
      this.lowest = scratch.reserve(Integer.BYTES * count);
    }

    void describe(SpreadColumns field) {
      field.high(high.at(workspace)).low(low.at(workspace));
      field.highest(highest.at(workspace)).lowest(lowest.at(workspace));
    }
  }
}
