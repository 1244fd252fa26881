package io.gramian.cuda.set;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gramian.DType;
import io.gramian.cuda.abi.RowStructs;
import io.gramian.cuda.abi.ScalarField;
import io.gramian.cuda.abi.StructLayout;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.LaunchList;
import io.gramian.cuda.device.Scratch;
import io.gramian.cuda.driver.Launch;
import io.gramian.cuda.gemm.Operand;
import io.gramian.cuda.gemm.Rows;
import java.lang.foreign.MemorySegment;

/**
 * A set of points as the caller gave it, and its points less a mean as f32 rows in the workspace:
 * distances stay what they are, and |x|^2 + |y|^2 - 2 &lt;x, y&gt; keeps its digits where points
 * lie far from the origin.
 */
public final class SetPoints {
  /** Dimensions of a block of the sums over points. */
  private static final int COLUMNS = 32;

  private static final int LEAST_SLICE = 64;
  private static final int MOST_SLICES = 64;

  /** Struct {@code SetRows} of kernels/include/gramian/set_columns.cuh. */
  static final StructLayout SET_ROWS = new StructLayout();

  private static final long ROWS = SET_ROWS.struct(RowStructs.INPUT_ROWS);
  private static final long TYPE = SET_ROWS.int32();
  private static final long DEPTH = SET_ROWS.int32();
  private static final long COUNT = SET_ROWS.int32();
  private static final long SLICE = SET_ROWS.int32();

  private final Rows rows;
  private final Rows centred;
  private final int slice;
  private final long centredRegion;
  private final long sums;
  private final long mean;
  private final Launch sumLaunch;
  private final Launch centreLaunch;

  private long input;
  private long workspace;

  /** Reserves the rows in the workspace. */
  SetPoints(CudaDevice device, LaunchList launches, Scratch scratch, Rows rows) {
    this.rows = rows;
    long stride = Math.ceilDiv(rows.d(), 4) * 4L;
    this.centred = new Rows(DType.F32, rows.count(), rows.d(), stride);
    this.slice = Math.max(Math.ceilDiv(rows.count(), MOST_SLICES), LEAST_SLICE);
    this.centredRegion = scratch.words(rows.count() * stride);
    this.sums = scratch.doubles((long) slices() * rows.d());
    this.mean = scratch.doubles(rows.d());
    this.sumLaunch =
        launches.add(device.kernel("sets", "sets_sums"), Operand.threads(), 0, Sums.BYTES);
    this.centreLaunch =
        launches.add(device.kernel("sets", "sets_centre"), Operand.threads(), 0, Centre.BYTES);
    describe(sumLaunch.parameter(), Sums.SET);
    describe(centreLaunch.parameter(), Centre.SET);
    centreLaunch.parameter().set(JAVA_LONG, Centre.STRIDE, stride);
  }

  /** What never changes of a struct {@code SetRows}. */
  void describe(MemorySegment p, long offset) {
    p.set(JAVA_INT, offset + TYPE, ScalarField.typeCode(rows.type()));
    p.set(JAVA_INT, offset + DEPTH, rows.d());
    p.set(JAVA_INT, offset + COUNT, rows.count());
    p.set(JAVA_INT, offset + SLICE, slice);
  }

  /** Writes the address of a run into such a struct. */
  void bind(MemorySegment p, long offset) {
    RowStructs.input(p, offset + ROWS, input, rows.stride());
  }

  /** Takes the addresses of a run. */
  void bind(long workspaceAddress, long address) {
    workspace = workspaceAddress;
    input = address;
  }

  /** Enqueues the sums over the points. */
  void sum(long stream) {
    MemorySegment p = sumLaunch.parameter();
    bind(p, Sums.SET);
    p.set(JAVA_LONG, Sums.SUMS, sums());
    sumLaunch.enqueue(stream, columnBlocks(), slices(), 1);
  }

  /** Enqueues the making of the rows in the workspace. */
  void centre(long stream, long centre) {
    MemorySegment p = centreLaunch.parameter();
    bind(p, Centre.SET);
    p.set(JAVA_LONG, Centre.CENTRE, centre);
    p.set(JAVA_LONG, Centre.TO, centred());
    centreLaunch.enqueue(stream, Operand.blocks(rows.count()), 1, 1);
  }

  /** Blocks along the dimensions. */
  int columnBlocks() {
    return Math.ceilDiv(rows.d(), COLUMNS);
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
    return workspace + centredRegion;
  }

  /** Device address of the parts of the sums over points, [slices][d]. */
  long sums() {
    return workspace + sums;
  }

  /** Device address of the mean of the points, [d]. */
  long mean() {
    return workspace + mean;
  }

  private static final class Sums {
    private static final StructLayout LAYOUT = new StructLayout();
    static final long SET = LAYOUT.struct(SET_ROWS);
    static final long SUMS = LAYOUT.pointer();
    static final long BYTES = LAYOUT.bytes();
  }

  private static final class Centre {
    private static final StructLayout LAYOUT = new StructLayout();
    static final long SET = LAYOUT.struct(SET_ROWS);
    static final long CENTRE = LAYOUT.pointer();
    static final long TO = LAYOUT.pointer();
    static final long STRIDE = LAYOUT.int64();
    static final long BYTES = LAYOUT.bytes();
  }
}
