package io.gramian.cuda.gemm;

import io.gramian.DType;
import io.gramian.TensorSpec;
import io.gramian.cuda.abi.Constants;
import io.gramian.cuda.abi.Fields;
import io.gramian.cuda.abi.InputRows;
import io.gramian.cuda.abi.Kernels;
import io.gramian.cuda.abi.PlaneRows;
import io.gramian.cuda.abi.PrepareRowsParams;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.KernelLaunch;
import io.gramian.cuda.device.LaunchList;
import io.gramian.cuda.device.Region;
import io.gramian.cuda.device.Scratch;

/**
 * One set of rows of a run over pairs: the anchors, or a member of the tuples. Rows of 16-bit
 * numbers go to the tensor cores as they are where they are aligned; else they are copied, and f32
 * rows are split into planes.
 */
public final class Operand {
  private final Rows rows;
  private final PlaneRegion planes;
  private final PlaneRegion gradientPlanes;
  private final Region factors;
  private final KernelLaunch<PrepareRowsParams> launch;
  private boolean mayBeDirect;

  private boolean isDirect;
  private long input;
  private long workspace;

  /**
   * Reserves what the rows need.
   *
   * @param planeCount planes for the scores
   * @param backward whether gradients will multiply with the rows
   * @param factors where norm and factor of each row go
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
    boolean halves = precision.halves();
    this.rows = rows;
    this.factors = factors;
    this.mayBeDirect = planeCount == 1 && rows.type() == (halves ? DType.F16 : DType.BF16);
    this.planes = new PlaneRegion(scratch, rows, planeCount, halves);
    this.gradientPlanes =
        halves && backward ? new PlaneRegion(scratch, rows, precision.rows(), false) : planes;
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
    mayBeDirect = false;
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
    isDirect = mayBeDirect && rows.isAlignedAt(address);
    PrepareRowsParams p = launch.parameter();
    p.rows().rows(address);
    p.present().mask(present);
    p.factors(factors.at(workspace));
    p.planes(0).to(isDirect ? 0 : planes.at(workspace));
    p.planes(1).to(hasGradientPlanes() ? gradientPlanes.at(workspace) : 0);
  }

  /** Enqueues the preparation, if there is anything to prepare. */
  public void prepare(long stream) {
    if (rows.count() > 0 && (factors.exists() || !isDirect || hasGradientPlanes())) {
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

  /** Describes the rows as the caller gave them. */
  public void describeInput(InputRows field) {
    field.rows(input).stride(rows.stride());
  }

  /** Describes the planes for the scores. */
  public void describePlanes(PlaneRows field) {
    if (isDirect) {
      PlaneRegion.describe(field, input, 0, rows.stride());
    } else {
      planes.describe(field, workspace);
    }
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
