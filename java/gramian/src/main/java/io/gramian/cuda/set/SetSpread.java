package io.gramian.cuda.set;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gramian.cuda.abi.StructLayout;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.LaunchList;
import io.gramian.cuda.device.Scratch;
import io.gramian.cuda.driver.Launch;
import io.gramian.cuda.gemm.Operand;
import io.gramian.op.SemanticDensity;
import java.lang.foreign.MemorySegment;

/**
 * How far the points of a set spread: struct {@code SetSpread} and {@code SpreadColumns} of
 * kernels/include/gramian/set_spread.cuh, by structs {@code MeasureParams} and {@code SpreadParams}
 * of kernels/src/semantic_density.cu.
 */
public final class SetSpread {
  /** Image of the kernels of measures of a set. */
  public static final String IMAGE = "semantic_density";

  private static final long SPREAD_BYTES = 24;
  private static final long GRADIENT_BYTES = 16;

  private final SetPoints points;
  private final Launch measure;
  private final Launch spread;
  private final Columns parts;
  private final Columns columns;
  private final long squares;
  private final long result;
  private final long gradient;

  private long workspace;

  public SetSpread(CudaDevice device, LaunchList launches, Scratch scratch, SetPoints points) {
    this.points = points;
    int d = points.rows().d();
    int slices = points.slices();
    this.squares = scratch.doubles((long) slices * d);
    this.parts = new Columns(scratch, (long) slices * d);
    this.columns = new Columns(scratch, d);
    this.result = scratch.region(SPREAD_BYTES);
    this.gradient = scratch.region(GRADIENT_BYTES);
    String image = IMAGE;
    int threads = Operand.threads();
    this.measure = launches.add(device.kernel(image, "density_measure"), threads, 0, Measure.BYTES);
    this.spread = launches.add(device.kernel(image, "density_spread"), threads, 0, Spread.BYTES);
    points.describe(measure.parameter(), Measure.SET);
    MemorySegment p = spread.parameter();
    p.set(JAVA_DOUBLE, Spread.FLOOR, SemanticDensity.FLOOR);
    p.set(JAVA_INT, Spread.SLICES, slices);
    p.set(JAVA_INT, Spread.DEPTH, d);
    p.set(JAVA_INT, Spread.COUNT, points.rows().count());
  }

  /** Enqueues the measuring, once the mean is known. */
  public void run(long stream, long workspaceAddress) {
    workspace = workspaceAddress;
    MemorySegment p = measure.parameter();
    points.bind(p, Measure.SET);
    p.set(JAVA_LONG, Measure.MEAN, points.mean());
    p.set(JAVA_LONG, Measure.SQUARES, workspace + squares);
    parts.write(p, Measure.PARTS);
    measure.enqueue(stream, points.columnBlocks(), points.slices(), 1);
    MemorySegment q = spread.parameter();
    q.set(JAVA_LONG, Spread.SQUARES, workspace + squares);
    parts.write(q, Spread.PARTS);
    columns.write(q, Spread.COLUMNS);
    q.set(JAVA_LONG, Spread.RESULT, address());
    spread.enqueue(stream, 1, 1, 1);
  }

  /** Device address of struct {@code SetSpread}. */
  public long address() {
    return workspace + result;
  }

  /** Device address of struct {@code SpreadGradient}, which the op writes. */
  public long gradient() {
    return workspace + gradient;
  }

  /** Writes struct {@code SpreadColumns} of the whole set. */
  void writeColumns(MemorySegment p, long offset) {
    columns.write(p, offset);
  }

  /** Struct {@code SpreadColumns}. */
  static final StructLayout COLUMNS = new StructLayout();

  private static final long HIGH = COLUMNS.pointer();
  private static final long LOW = COLUMNS.pointer();
  private static final long HIGHEST = COLUMNS.pointer();
  private static final long LOWEST = COLUMNS.pointer();

  /** The extremes of dimensions, in the workspace. */
  private final class Columns {
    private final long high;
    private final long low;
    private final long highest;
    private final long lowest;

    Columns(Scratch scratch, long count) {
      this.high = scratch.doubles(count);
      this.low = scratch.doubles(count);
      this.highest = scratch.words(count);
      this.lowest = scratch.words(count);
    }

    void write(MemorySegment p, long offset) {
      p.set(JAVA_LONG, offset + HIGH, workspace + high);
      p.set(JAVA_LONG, offset + LOW, workspace + low);
      p.set(JAVA_LONG, offset + HIGHEST, workspace + highest);
      p.set(JAVA_LONG, offset + LOWEST, workspace + lowest);
    }
  }

  private static final class Measure {
    private static final StructLayout LAYOUT = new StructLayout();
    static final long SET = LAYOUT.struct(SetPoints.SET_ROWS);
    static final long MEAN = LAYOUT.pointer();
    static final long SQUARES = LAYOUT.pointer();
    static final long PARTS = LAYOUT.struct(COLUMNS);
    static final long BYTES = LAYOUT.bytes();
  }

  private static final class Spread {
    private static final StructLayout LAYOUT = new StructLayout();
    static final long SQUARES = LAYOUT.pointer();
    static final long PARTS = LAYOUT.struct(SetSpread.COLUMNS);
    static final long COLUMNS = LAYOUT.struct(SetSpread.COLUMNS);
    static final long RESULT = LAYOUT.pointer();
    static final long FLOOR = LAYOUT.float64();
    static final long SLICES = LAYOUT.int32();
    static final long DEPTH = LAYOUT.int32();
    static final long COUNT = LAYOUT.int32();
    static final long BYTES = LAYOUT.bytes();
  }
}
