package io.gramian.cuda.set;

import io.gramian.DType;
import io.gramian.cuda.abi.Constants;
import io.gramian.cuda.abi.Fields;
import io.gramian.cuda.abi.Kernels;
import io.gramian.cuda.abi.SetRows;
import io.gramian.cuda.abi.SetsCentreParams;
import io.gramian.cuda.abi.SetsLengthsParams;
import io.gramian.cuda.abi.SetsSumsParams;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.KernelLaunch;
import io.gramian.cuda.device.LaunchList;
import io.gramian.cuda.device.Region;
import io.gramian.cuda.device.Scratch;
import io.gramian.cuda.gemm.Operand;
import io.gramian.cuda.gemm.Rows;
import io.gramian.cuda.pair.PairInputs;

/**
 * A set of points as the caller gave it, and its points less a mean as f32 rows in the workspace:
 * distances stay what they are, and |x|^2 + |y|^2 - 2 &lt;x, y&gt; keeps its digits where points
 * lie far from the origin.
 */
public final class SetPoints {
  private static final int LEAST_SLICE = 64;
  private static final int MOST_SLICES = 64;

  private final Rows rows;
  private final Rows centred;
  private final int slice;
  private final Region factors;
  private final Region centredRegion;
  private final Region sums;
  private final Region mean;
  private final KernelLaunch<SetsLengthsParams> lengths;
  private final KernelLaunch<SetsSumsParams> sumLaunch;
  private final KernelLaunch<SetsCentreParams> centreLaunch;

  private long input;
  private long workspace;

  /**
   * Reserves the rows in the workspace.
   *
   * @param normalize whether the points are the rows made unit
   */
  SetPoints(CudaDevice device, LaunchList launches, Scratch scratch, Rows rows, boolean normalize) {
    this.rows = rows;
    this.factors = scratch.reserve(normalize, (long) Double.BYTES * rows.count());
    long stride = Math.ceilDiv(rows.d(), 4) * 4L;
    this.centred = new Rows(DType.F32, rows.count(), rows.d(), stride);
    this.slice = Math.max(Math.ceilDiv(rows.count(), MOST_SLICES), LEAST_SLICE);
    this.centredRegion = scratch.reserve(Float.BYTES * rows.count() * stride);
    this.sums = scratch.reserve((long) Double.BYTES * slices() * rows.d());
    this.mean = scratch.reserve((long) Double.BYTES * rows.d());
    this.lengths = launches.add(normalize, device, Kernels.SETS_LENGTHS);
    this.sumLaunch = launches.add(device, Kernels.SETS_SUMS);
    describe(lengths.parameter().set());
    this.centreLaunch = launches.add(device, Kernels.SETS_CENTRE);
    describe(sumLaunch.parameter().set());
    describe(centreLaunch.parameter().set());
    centreLaunch.parameter().stride(stride);
  }

  /** What never changes of the points. */
  void describe(SetRows field) {
    field.rows().stride(rows.stride());
    field.leastNorm(PairInputs.LEAST_NORM);
    field.type(Fields.type(rows.type())).depth(rows.d()).count(rows.count()).slice(slice);
  }

  /** The address of a run. */
  void bind(SetRows field) {
    field.rows().rows(input);
    field.factors(factors.at(workspace));
  }

  /** Takes the addresses of a run. */
  void bind(long workspaceAddress, long address) {
    workspace = workspaceAddress;
    input = address;
  }

  /** Enqueues the sums over the points. */
  void sum(long stream) {
    bind(lengths.parameter().set());
    lengths.enqueue(stream, Operand.blocks(rows.count()), 1, 1);
    SetsSumsParams p = sumLaunch.parameter();
    bind(p.set());
    p.sums(sums());
    sumLaunch.enqueue(stream, columnBlocks(), slices(), 1);
  }

  /** Enqueues the making of the rows in the workspace. */
  void centre(long stream, long centre) {
    SetsCentreParams p = centreLaunch.parameter();
    bind(p.set());
    p.centre(centre).to(centred());
    centreLaunch.enqueue(stream, Operand.blocks(rows.count()), 1, 1);
  }

  /** Blocks along the dimensions, a lane for each. */
  int columnBlocks() {
    return Math.ceilDiv(rows.d(), Constants.WARP_SIZE);
  }

  /** Blocks along the points. */
  int slices() {
    return Math.ceilDiv(rows.count(), slice);
  }

  /** The points as the caller gave them. */
  public Rows rows() {
    return rows;
  }

  /** The points less the mean. */
  Rows centredRows() {
    return centred;
  }

  /** Device address of the points less the mean. */
  public long centred() {
    return centredRegion.at(workspace);
  }

  /** Device address of the parts of the sums over points, [slices][d]. */
  long sums() {
    return sums.at(workspace);
  }

  /** Device address of the mean of the points, [d]. */
  long mean() {
    return mean.at(workspace);
  }
}
