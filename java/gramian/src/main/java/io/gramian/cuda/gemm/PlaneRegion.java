package io.gramian.cuda.gemm;

import io.gramian.cuda.abi.Constants;
import io.gramian.cuda.abi.InputRows;
import io.gramian.cuda.abi.PlaneOutput;
import io.gramian.cuda.abi.PlaneRows;
import io.gramian.cuda.device.Region;
import io.gramian.cuda.device.Scratch;

/** Planes of 16-bit numbers in the workspace, whose sum is rows; one after the other. */
public final class PlaneRegion {
  /** Rows begin at multiples of 16 bytes. */
  private static final int ALIGNMENT = 8;

  private final int planes;
  private final boolean halves;
  private final boolean isOnGrid;
  private final long plane;
  private final long stride;
  private final Region region;

  /**
   * Reserves them.
   *
   * @param halves whether they hold f16 rather than bf16
   * @param isOnGrid whether sums of products of the first are exact
   */
  private PlaneRegion(Scratch scratch, Rows rows, int planes, boolean halves, boolean isOnGrid) {
    this.planes = planes;
    this.halves = halves;
    this.isOnGrid = isOnGrid;
    this.stride = Math.ceilDiv(rows.d(), ALIGNMENT) * (long) ALIGNMENT;
    this.plane = rows.count() * stride;
    this.region = scratch.reserve(planes * plane * Short.BYTES);
  }

  /**
   * Planes for the scores.
   *
   * @param count how many
   */
  public static PlaneRegion ofScores(Scratch scratch, Rows rows, Planes planes, int count) {
    return new PlaneRegion(scratch, rows, count, planes.halves(), planes.areOnGrid());
  }

  /** Planes for the gradients, where those of the scores hold f16. */
  public static PlaneRegion ofGradients(Scratch scratch, Rows rows, Planes planes) {
    return new PlaneRegion(scratch, rows, planes.rows(), false, false);
  }

  /** What never changes of the planes as a kernel writes them. */
  public void prepare(PlaneOutput field) {
    field.plane(plane).stride(stride).planes(planes).halves(halves);
    field.isOnGrid(isOnGrid);
  }

  /** Their device address. */
  public long at(long workspace) {
    return region.at(workspace);
  }

  /** The planes as an operand. */
  public void describe(PlaneRows field, long workspace) {
    for (int i = 0; i < Constants.MOST_PLANES; i++) {
      field.plane(i, at(workspace) + i * plane * Short.BYTES);
    }
    field.stride(stride);
  }

  /** The first plane as rows. */
  public void describeFirst(InputRows field, long workspace) {
    field.rows(at(workspace)).stride(stride);
  }
}
