package io.gramian.cuda.gemm;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gramian.DType;
import io.gramian.TensorSpec;
import io.gramian.cuda.abi.RowStructs;
import io.gramian.cuda.abi.ScalarField;
import io.gramian.cuda.abi.StructLayout;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.LaunchList;
import io.gramian.cuda.device.Scratch;
import io.gramian.cuda.driver.Launch;
import java.lang.foreign.MemorySegment;

/**
 * One set of rows of a run over pairs: the anchors, or a member of the tuples. Rows of 16-bit
 * numbers go to the tensor cores as they are where they are aligned; else they are copied, and f32
 * rows are split into planes.
 */
public final class Operand {
  private static final int WARPS = 8;
  private static final int THREADS = 32 * WARPS;
  private static final int CHUNK = 8;

  private final Rows rows;
  private final boolean halves;
  private boolean mayBeDirect;
  private final long stride;
  private final long planeBytes;
  private final long region;
  private final long gradientRegion;
  private final boolean wantsFactors;
  private final Launch launch;

  private long input;
  private long factors;
  private PlaneRows planes;
  private PlaneRows gradientPlanes;

  /**
   * Reserves what the rows need.
   *
   * @param planeCount planes for the scores
   * @param backward whether gradients will multiply with the rows
   * @param factorsRegion where norm and factor of each row go, or negative for nowhere
   * @param leastNorm the least norm that is divided by; 0 where rows are taken as they are
   */
  public Operand(
      CudaDevice device,
      LaunchList launches,
      Scratch scratch,
      Rows rows,
      Planes precision,
      int planeCount,
      boolean backward,
      long factorsRegion,
      double leastNorm) {
    this.rows = rows;
    this.halves = precision.halves();
    this.mayBeDirect = planeCount == 1 && rows.type() == (halves ? DType.F16 : DType.BF16);
    this.stride = Math.ceilDiv(rows.d(), CHUNK) * (long) CHUNK;
    this.planeBytes = rows.count() * stride * Short.BYTES;
    this.region = scratch.region(planeCount * planeBytes);
    this.gradientRegion = halves && backward ? scratch.region(precision.rows() * planeBytes) : -1;
    this.wantsFactors = factorsRegion >= 0;
    this.factors = factorsRegion;
    this.launch =
        launches.add(device.kernel("pair_rows", "pair_prepare_rows"), THREADS, 0, Prepare.BYTES);
    MemorySegment p = launch.parameter();
    p.set(JAVA_LONG, Prepare.ROWS_STRIDE, rows.stride());
    p.set(JAVA_DOUBLE, Prepare.LEAST_NORM, leastNorm);
    p.set(JAVA_INT, Prepare.TYPE, ScalarField.typeCode(rows.type()));
    p.set(JAVA_INT, Prepare.DEPTH, rows.d());
    p.set(JAVA_INT, Prepare.COUNT, rows.count());
    RowStructs.planes(p, Prepare.PLANES, planeBytes / Short.BYTES, stride, planeCount, halves);
    RowStructs.planes(
        p, Prepare.GRADIENT_PLANES, planeBytes / Short.BYTES, stride, precision.rows(), false);
  }

  /** Rows of absent members are zeros for the tensor cores, whatever the caller's rows hold. */
  public void masked(TensorSpec present, int member) {
    mayBeDirect = false;
    RowStructs.presence(launch.parameter(), Prepare.PRESENT, present);
    launch.parameter().set(JAVA_INT, Prepare.MEMBER, member);
  }

  /**
   * Takes the addresses of a run.
   *
   * @param present of the mask; 0 if there is none
   */
  public void bind(long workspace, long address, long present) {
    input = address;
    MemorySegment p = launch.parameter();
    RowStructs.bindPresence(p, Prepare.PRESENT, present);
    boolean isDirect = mayBeDirect && rows.isAlignedAt(address);
    planes =
        isDirect
            ? new PlaneRows(address, 0, rows.stride())
            : new PlaneRows(workspace + region, planeBytes, stride);
    gradientPlanes =
        gradientRegion < 0 ? planes : new PlaneRows(workspace + gradientRegion, planeBytes, stride);
    p.set(JAVA_LONG, Prepare.ROWS, address);
    p.set(JAVA_LONG, Prepare.FACTORS, wantsFactors ? workspace + factors : 0);
    RowStructs.bindPlanes(p, Prepare.PLANES, isDirect ? 0 : planes.address());
    RowStructs.bindPlanes(
        p, Prepare.GRADIENT_PLANES, gradientRegion < 0 ? 0 : gradientPlanes.address());
  }

  /** Enqueues the preparation, if there is anything to prepare. */
  public void prepare(long stream) {
    boolean isDirect = planes.address() == input;
    if (rows.count() > 0 && (wantsFactors || !isDirect || gradientRegion >= 0)) {
      launch.enqueue(stream, blocks(rows.count()), 1, 1);
    }
  }

  /** The rows. */
  public Rows rows() {
    return rows;
  }

  /** Address of the rows as the caller gave them. */
  public long input() {
    return input;
  }

  /** Planes for the scores. */
  public PlaneRows planes() {
    return planes;
  }

  /** Planes for the gradients. */
  public PlaneRows gradientPlanes() {
    return gradientPlanes;
  }

  /** Blocks of the kernels in which a warp has a row. */
  public static int blocks(int count) {
    return Math.ceilDiv(count, WARPS);
  }

  /** Threads of these blocks. */
  public static int threads() {
    return THREADS;
  }

  /** Struct {@code PrepareRowsParams} of kernels/include/gramian/pair/anchors.cuh. */
  private static final class Prepare {
    private static final StructLayout LAYOUT = new StructLayout();
    static final long ROWS = LAYOUT.pointer();
    static final long ROWS_STRIDE = LAYOUT.int64();
    static final long FACTORS = LAYOUT.pointer();
    static final long PLANES = LAYOUT.struct(RowStructs.PLANE_OUTPUT);
    static final long GRADIENT_PLANES = LAYOUT.struct(RowStructs.PLANE_OUTPUT);
    static final long PRESENT = LAYOUT.struct(RowStructs.PRESENCE);
    static final long LEAST_NORM = LAYOUT.float64();
    static final long TYPE = LAYOUT.int32();
    static final long DEPTH = LAYOUT.int32();
    static final long COUNT = LAYOUT.int32();
    static final long MEMBER = LAYOUT.int32();
    static final long BYTES = LAYOUT.bytes();
  }
}
