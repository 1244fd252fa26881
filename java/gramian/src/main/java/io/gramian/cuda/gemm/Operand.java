package io.gramian.cuda.gemm;

import io.gramian.TensorSpec;
import io.gramian.cuda.abi.Constants;
import io.gramian.cuda.abi.Fields;
import io.gramian.cuda.abi.InputRows;
import io.gramian.cuda.abi.Kernels;
import io.gramian.cuda.abi.PlaneRows;
import io.gramian.cuda.abi.PrepareRowsParams;
import io.gramian.cuda.abi.ScaledRows;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.KernelLaunch;
import io.gramian.cuda.device.LaunchList;
import io.gramian.cuda.device.Region;
import io.gramian.cuda.device.Scratch;

/**
 * One set of rows of a run over pairs: the anchors, or a member of the tuples. The tensor cores get
 * copies as planes of 16-bit numbers, each row divided by a power of two of its own.
 */
public final class Operand {
  private final Rows rows;
  private final PlaneRegion planes;
  private final PlaneRegion gradientPlanes;
  private final Region units;
  private final Region factors;
  private final KernelLaunch<PrepareRowsParams> launch;

  private long input;
  private long workspace;

  /**
   * Reserves what the rows need.
   *
   * @param planeCount planes for the scores
   * @param backward whether gradients will multiply with the rows
   * @param factors where norm and factor of each row go; may be none
   * @param leastNorm the least norm that is divided by; 0 where rows are taken as they are
   * @param dropsShort whether rows below that norm count for nothing: they have a factor of 0
   */
  public Operand(
      CudaDevice device,
      LaunchList launches,
      Scratch scratch,
      Rows rows,
      Planes precision,
      int planeCount,
      boolean backward,
      Region factors,
      double leastNorm,
      boolean dropsShort) {
    this.rows = rows;
    this.units = scratch.reserve((long) Double.BYTES * rows.count());
    this.factors = factors;
    this.planes = PlaneRegion.ofScores(scratch, rows, precision, planeCount);
    this.gradientPlanes =
        precision.halves() && backward ? PlaneRegion.ofGradients(scratch, rows, precision) : planes;
    this.launch =
        launches.add(
            device, dropsShort ? Kernels.PAIR_PREPARE_DIRECTIONS : Kernels.PAIR_PREPARE_ROWS);
    PrepareRowsParams p = launch.parameter();
    p.rows().stride(rows.stride());
    p.leastNorm(leastNorm).type(Fields.type(rows.type())).depth(rows.d()).count(rows.count());
    planes.prepare(p.planes(0));
    gradientPlanes.prepare(p.planes(1));
  }

  /** Rows of absent members are zeros for the tensor cores, whatever the caller's rows hold. */
  public void masked(TensorSpec present, int member) {
    Fields.prepare(launch.parameter().present(), present);
    launch.parameter().member(member);
  }

  /**
   * Takes the addresses of a run.
   *
   * @param present of the mask; 0 if there is none
   */
  public void bind(long workspaceAddress, long address, long present) {
    workspace = workspaceAddress;
    input = address;
    PrepareRowsParams p = launch.parameter();
    p.rows().rows(address);
    p.present().mask(present);
    p.units(units()).factors(factors.at(workspace));
    p.planes(0).to(planes.at(workspace));
    p.planes(1).to(hasGradientPlanes() ? gradientPlanes.at(workspace) : 0);
  }

  /** Enqueues the preparation, if there is anything to prepare. */
  public void prepare(long stream) {
    if (rows.count() > 0) {
      launch.enqueue(stream, blocks(rows.count()), 1, 1);
    }
  }

  /** Whether gradients want other planes than scores. */
  private boolean hasGradientPlanes() {
    return gradientPlanes != planes;
  }

  /** The rows. */
  public Rows rows() {
    return rows;
  }

  /** Device address of what each row is divided by, doubles. */
  public long units() {
    return units.at(workspace);
  }

  /** Describes the rows as the caller gave them. */
  public void describeInput(ScaledRows field) {
    field.rows(input).stride(rows.stride()).units(units());
  }

  /** Describes the planes for the scores. */
  public void describePlanes(PlaneRows field) {
    planes.describe(field, workspace);
  }

  /** Describes the first plane for the scores: of rows of 16-bit numbers, all of them. */
  public void describeFirstPlane(InputRows field) {
    planes.describeFirst(field, workspace);
  }

  /** Describes the planes for the gradients. */
  public void describeGradientPlanes(PlaneRows field) {
    if (hasGradientPlanes()) {
      gradientPlanes.describe(field, workspace);
    } else {
      describePlanes(field);
    }
  }

  /** Address of the rows as the caller gave them. */
  public long input() {
    return input;
  }

  /** Blocks of the kernels in which a warp has a row. */
  public static int blocks(int count) {
    return Math.ceilDiv(count, Constants.ROW_WARPS);
  }
}
