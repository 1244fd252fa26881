package io.gramian.cuda.set;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gramian.Bindings;
import io.gramian.Specs;
import io.gramian.cuda.abi.StructLayout;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.CudaExecutor;
import io.gramian.cuda.device.LaunchList;
import io.gramian.cuda.device.Scratch;
import io.gramian.cuda.driver.Launch;
import io.gramian.cuda.gemm.Operand;
import io.gramian.cuda.gemm.Rows;
import io.gramian.cuda.pair.PairEngine;
import io.gramian.cuda.pair.PairScore;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The inputs {@code x} and {@code y}, two sets of points, less the mean of both. Struct {@code
 * MeansParams} of kernels/src/sets.cu.
 */
public final class CentredSets {
  private final SetPoints x;
  private final SetPoints y;
  private final long centre;
  private final Launch means;

  /** Reserves the points in the workspace. */
  public CentredSets(
      CudaDevice device, LaunchList launches, Scratch scratch, String op, Specs inputs) {
    this.x = new SetPoints(device, launches, scratch, Rows.of(op, "x", inputs.get("x")));
    this.y = new SetPoints(device, launches, scratch, Rows.of(op, "y", inputs.get("y")));
    this.centre = scratch.doubles(x.rows().d());
    this.means =
        launches.add(device.kernel("sets", "sets_means"), Operand.threads(), 0, Means.BYTES);
    MemorySegment p = means.parameter();
    p.set(JAVA_INT, Means.SLICES, x.slices());
    p.set(JAVA_INT, Means.SLICES + 4, y.slices());
    p.set(JAVA_INT, Means.COUNTS, x.rows().count());
    p.set(JAVA_INT, Means.COUNTS + 4, y.rows().count());
    p.set(JAVA_INT, Means.DEPTH, x.rows().d());
  }

  /** Requires element types that the kernels take. */
  public static void requireTypes(String op, Specs inputs, Specs outputs) {
    for (String set : List.of("x", "y")) {
      CudaExecutor.requireType(op, inputs, set, CudaExecutor.DATA_TYPES);
      CudaExecutor.requireType(op, outputs, "grad_" + set, CudaExecutor.DATA_TYPES);
    }
    CudaExecutor.requireType(op, inputs, "grad_loss", CudaExecutor.SCALAR_TYPES);
    CudaExecutor.requireType(op, outputs, "loss", CudaExecutor.SCALAR_TYPES);
  }

  /** Takes the inputs of a run and enqueues the centring. */
  public void run(long stream, Bindings in, long workspace) {
    x.bind(workspace, in.get("x").address());
    y.bind(workspace, in.get("y").address());
    x.sum(stream);
    y.sum(stream);
    MemorySegment p = means.parameter();
    p.set(JAVA_LONG, Means.SUMS, x.sums());
    p.set(JAVA_LONG, Means.SUMS + 8, y.sums());
    p.set(JAVA_LONG, Means.MEANS, x.mean());
    p.set(JAVA_LONG, Means.MEANS + 8, y.mean());
    p.set(JAVA_LONG, Means.CENTRE, workspace + centre);
    means.enqueue(stream, Math.ceilDiv(x.rows().d(), Operand.threads()), 1, 1);
    x.centre(stream, workspace + centre);
    y.centre(stream, workspace + centre);
  }

  /** The first set. */
  public SetPoints x() {
    return x;
  }

  /** The second set. */
  public SetPoints y() {
    return y;
  }

  /**
   * An engine over the distances of one set from another, or from itself.
   *
   * @param strict keep all bits of the rows
   */
  public static PairEngine distances(
      CudaDevice device,
      LaunchList launches,
      Scratch scratch,
      SetPoints a,
      SetPoints b,
      boolean strict,
      boolean backward) {
    return new PairEngine(
        device,
        launches,
        scratch,
        new PairEngine.Problem(
            PairScore.distance(),
            a.centredRows(),
            List.of(b.centredRows()),
            false,
            0,
            null,
            strict,
            backward));
  }

  private static final class Means {
    private static final StructLayout LAYOUT = new StructLayout();
    static final long SUMS = LAYOUT.int64s(2);
    static final long MEANS = LAYOUT.int64s(2);
    static final long CENTRE = LAYOUT.pointer();
    static final long SLICES = LAYOUT.int32s(2);
    static final long COUNTS = LAYOUT.int32s(2);
    static final long DEPTH = LAYOUT.int32();
    static final long BYTES = LAYOUT.bytes();
  }
}
