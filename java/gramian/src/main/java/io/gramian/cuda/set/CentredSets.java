package io.gramian.cuda.set;

import io.gramian.Bindings;
import io.gramian.Specs;
import io.gramian.cuda.abi.Constants;
import io.gramian.cuda.abi.Kernels;
import io.gramian.cuda.abi.SetsMeansParams;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.CudaExecutor;
import io.gramian.cuda.device.KernelLaunch;
import io.gramian.cuda.device.LaunchList;
import io.gramian.cuda.device.Region;
import io.gramian.cuda.device.Scratch;
import io.gramian.cuda.gemm.Rows;
import io.gramian.cuda.pair.PairEngine;
import io.gramian.cuda.pair.PairScore;
import io.gramian.cuda.pair.TupleKind;
import java.util.List;

/** The inputs {@code x} and {@code y}, two sets of points, less the mean of both. */
public final class CentredSets {
  private final SetPoints x;
  private final SetPoints y;
  private final Region centre;
  private final Region hasNear;
  private final KernelLaunch<SetsMeansParams> means;

  /** Reserves the points in the workspace. */
  public CentredSets(
      CudaDevice device, LaunchList launches, Scratch scratch, String op, Specs inputs) {
    this.x = new SetPoints(device, launches, scratch, Rows.of(op, "x", inputs.get("x")), false);
    this.y = new SetPoints(device, launches, scratch, Rows.of(op, "y", inputs.get("y")), false);
    this.centre = scratch.reserve((long) Double.BYTES * x.rows().d());
    this.hasNear = scratch.reserve(Integer.BYTES);
    this.means = launches.add(device, Kernels.SETS_MEANS);
    SetsMeansParams p = means.parameter();
    p.slices(0, x.slices()).slices(1, y.slices());
    p.counts(0, x.rows().count()).counts(1, y.rows().count()).sets(2).depth(x.rows().d());
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
    SetsMeansParams p = means.parameter();
    p.sums(0, x.sums()).sums(1, y.sums());
    p.means(0, x.mean()).means(1, y.mean()).centre(centre.at(workspace));
    p.hasNear(hasNear(workspace));
    means.enqueue(stream, Math.ceilDiv(x.rows().d(), Constants.ROW_THREADS), 1, 1);
    x.centre(stream, centre.at(workspace));
    y.centre(stream, centre.at(workspace));
  }

  /** Device address of whether points lie near each other, which begins as 0. */
  public long hasNear(long workspace) {
    return hasNear.at(workspace);
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
            TupleKind.MEMBERS,
            0,
            null,
            strict,
            backward));
  }
}
