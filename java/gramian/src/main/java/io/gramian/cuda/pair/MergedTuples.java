package io.gramian.cuda.pair;

import io.gramian.cuda.abi.Fields;
import io.gramian.cuda.abi.FinishElementwiseParams;
import io.gramian.cuda.abi.GradientRows;
import io.gramian.cuda.abi.InputRows;
import io.gramian.cuda.abi.Kernels;
import io.gramian.cuda.abi.PairProblem;
import io.gramian.cuda.abi.PlaneRows;
import io.gramian.cuda.abi.PrepareElementwiseParams;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.KernelLaunch;
import io.gramian.cuda.device.KernelSpec;
import io.gramian.cuda.device.LaunchList;
import io.gramian.cuda.device.Region;
import io.gramian.cuda.device.Scratch;
import io.gramian.cuda.gemm.PlaneRegion;
import io.gramian.cuda.gemm.Planes;
import java.util.List;

/** Tuples whose members are merged to one row, which is multiplied with the anchors. */
final class MergedTuples extends PairTuples {
  private final Region factors;
  private final PlaneRegion planes;
  private final PlaneRegion gradientPlanes;
  private final KernelLaunch<PrepareElementwiseParams> prepare;
  private final KernelSpec<FinishElementwiseParams> finish;

  private long workspace;

  /**
   * Reserves the rows.
   *
   * @param factors the numbers of each tuple that the score wants
   */
  MergedTuples(
      CudaDevice device,
      LaunchList launches,
      Scratch scratch,
      PairEngine.Problem problem,
      Planes precision,
      Region factors) {
    super(problem);
    this.factors = factors;
    boolean isCentroid = problem.tuples() == TupleKind.CENTROID;
    this.planes = PlaneRegion.ofScores(scratch, rows, precision, precision.tuples());
    this.gradientPlanes =
        precision.halves() && problem.backward()
            ? PlaneRegion.ofGradients(scratch, rows, precision)
            : planes;
    this.prepare =
        launches.add(
            device, isCentroid ? Kernels.PAIR_PREPARE_CENTROID : Kernels.PAIR_PREPARE_ELEMENTWISE);
    this.finish = isCentroid ? Kernels.PAIR_FINISH_CENTROID : Kernels.PAIR_FINISH_ELEMENTWISE;
    describe(prepare.parameter().tuples());
    planes.prepare(prepare.parameter().planes(0));
    gradientPlanes.prepare(prepare.parameter().planes(1));
    prepare.parameter().members(problem.members().size());
  }

  @Override
  void bind(long workspaceAddress, PairProblem to) {
    workspace = workspaceAddress;
    planes.describe(to.member(0), workspace);
    PrepareElementwiseParams p = prepare.parameter();
    bind(p.tuples());
    p.planes(0).to(planes.at(workspace));
    p.planes(1).to(gradientPlanes == planes ? 0 : gradientPlanes.at(workspace));
    p.factors(factors.at(workspace));
  }

  @Override
  void prepare(long stream) {
    if (rows.count() > 0) {
      prepare.enqueue(stream, blocks(), 1, 1);
    }
  }

  /** The rounded weights of a merged row are those of no member. */
  @Override
  boolean areCorrectable() {
    return false;
  }

  @Override
  void describeFirstPlane(int member, InputRows field) {
    planes.describeFirst(field, workspace);
  }

  @Override
  void describeGradientPlanes(int member, PlaneRows field) {
    gradientPlanes.describe(field, workspace);
  }

  @Override
  Finish finish(
      PairEngine engine, PairWeigh<?> weigh, PairGradientGemm gemm, List<GradientRows> gradients) {
    KernelLaunch<FinishElementwiseParams> launch = engine.launch(finish);
    FinishElementwiseParams p = launch.parameter();
    describe(p.tuples());
    p.gradientStride(gemm.stride()).members(gradients.size());
    for (int l = 0; l < gradients.size(); l++) {
      Fields.prepare(p.out(l), gradients.get(l));
    }
    return (stream, addresses) -> {
      bind(p.tuples());
      p.units(factors.at(workspace)).gradient(gemm.gradient());
      for (int l = 0; l < addresses.length; l++) {
        p.out(l).to(addresses[l]);
      }
      launch.enqueue(stream, blocks(), 1, 1);
    };
  }
}
