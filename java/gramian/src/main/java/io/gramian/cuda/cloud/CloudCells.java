package io.gramian.cuda.cloud;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gramian.DType;
import io.gramian.cuda.abi.ScalarField;
import io.gramian.cuda.abi.StructLayout;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.LaunchList;
import io.gramian.cuda.device.Scratch;
import io.gramian.cuda.driver.Launch;
import io.gramian.cuda.gemm.Operand;
import java.lang.foreign.MemorySegment;

/**
 * Sums over the pairs of points of two clouds: their parts in the workspace, and the launch that
 * adds these up. Struct {@code CellsParams} of kernels/src/pointcloud.cu.
 */
public final class CloudCells {
  private final Launch launch;
  private final long region;
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
      CloudSide anchors,
      CloudSide tuples,
      double factor,
      DType type,
      long stride,
      boolean isFinite) {
    this.cells = Math.multiplyExact((long) anchors.clouds(), tuples.clouds());
    this.region = scratch.words(anchors.cells(tuples));
    this.launch =
        launches.add(
            device.kernel(CloudTensors.IMAGE, "pointcloud_cells"),
            Operand.threads(),
            0,
            Params.BYTES);
    MemorySegment p = launch.parameter();
    p.set(JAVA_LONG, Params.STRIDE, stride);
    p.set(JAVA_DOUBLE, Params.FACTOR, factor);
    p.set(JAVA_INT, Params.TYPE, ScalarField.typeCode(type));
    p.set(JAVA_INT, Params.ANCHOR_CLOUDS, anchors.clouds());
    p.set(JAVA_INT, Params.ANCHOR_SIZE, anchors.size());
    p.set(JAVA_INT, Params.ANCHOR_PARTS, anchors.parts());
    p.set(JAVA_INT, Params.TUPLE_CLOUDS, tuples.clouds());
    p.set(JAVA_INT, Params.TUPLE_SIZE, tuples.size());
    p.set(JAVA_INT, Params.TUPLE_PARTS, tuples.parts());
    p.set(JAVA_INT, Params.IS_FINITE, isFinite ? 1 : 0);
  }

  /** Device address of the parts. */
  public long address(long workspace) {
    return workspace + region;
  }

  /** Enqueues the addition of the parts. */
  public void store(long stream, long workspace, long to) {
    if (cells > 0) {
      MemorySegment p = launch.parameter();
      p.set(JAVA_LONG, Params.CELLS, address(workspace));
      p.set(JAVA_LONG, Params.TO, to);
      int blocks = Math.toIntExact(Math.ceilDiv(cells, (long) Operand.threads()));
      launch.enqueue(stream, blocks, 1, 1);
    }
  }

  private static final class Params {
    private static final StructLayout LAYOUT = new StructLayout();
    static final long CELLS = LAYOUT.pointer();
    static final long TO = LAYOUT.pointer();
    static final long STRIDE = LAYOUT.int64();
    static final long FACTOR = LAYOUT.float64();
    static final long TYPE = LAYOUT.int32();
    static final long ANCHOR_CLOUDS = LAYOUT.int32();
    static final long ANCHOR_SIZE = LAYOUT.int32();
    static final long ANCHOR_PARTS = LAYOUT.int32();
    static final long TUPLE_CLOUDS = LAYOUT.int32();
    static final long TUPLE_SIZE = LAYOUT.int32();
    static final long TUPLE_PARTS = LAYOUT.int32();
    static final long IS_FINITE = LAYOUT.int32();
    static final long BYTES = LAYOUT.bytes();
  }
}
