package io.gramian.cuda.pair;

import io.gramian.cuda.abi.Fields;
import io.gramian.cuda.abi.FinishTuplesParams;
import io.gramian.cuda.abi.GradientRows;
import io.gramian.cuda.abi.InputRows;
import io.gramian.cuda.abi.PairProblem;
import io.gramian.cuda.abi.PlaneRows;
import io.gramian.cuda.abi.PrepareTuplesParams;
import io.gramian.cuda.abi.ScaledRows;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.KernelLaunch;
import io.gramian.cuda.device.LaunchList;
import io.gramian.cuda.device.Region;
import io.gramian.cuda.device.Scratch;
import io.gramian.cuda.gemm.Operand;
import io.gramian.cuda.gemm.Planes;
import io.gramian.cuda.gemm.Rows;
import java.util.ArrayList;
import java.util.List;

/** Tuples of which every member is multiplied with the anchors. */
final class MemberTuples extends PairTuples {
  private final Region factors;
  private final List<Operand> members = new ArrayList<>();
  private final KernelLaunch<PrepareTuplesParams> prepare;

  /**
   * Reserves the operands.
   *
   * @param factors the numbers of each tuple that the score wants
   */
  MemberTuples(
      CudaDevice device,
      LaunchList launches,
      Scratch scratch,
      PairEngine.Problem problem,
      Planes planes,
      Region factors) {
    super(problem);
    this.factors = factors;
    for (Rows member : problem.members()) {
      Operand operand =
          new Operand(
              device,
              launches,
              scratch,
              member,
              planes,
              planes.tuples(),
              problem.backward(),
              Region.NONE,
              problem.leastNorm(),
              false);
      if (problem.present() != null) {
        operand.masked(problem.present(), members.size());
      }
      members.add(operand);
    }
    this.prepare =
        problem.score().givenFactors()
            ? null
            : launches.add(
                device, problem.score().tupleKernel("prepare", PrepareTuplesParams.TYPE));
    if (prepare != null) {
      describe(prepare.parameter().tuples());
    }
  }

  @Override
  void bind(long workspace, PairProblem to) {
    for (int l = 0; l < members.size(); l++) {
      bindOperand(workspace, members.get(l), l);
      members.get(l).describePlanes(to.member(l));
      describeInput(l, to.memberInput(l));
    }
    if (prepare != null) {
      bind(prepare.parameter().tuples());
      prepare.parameter().factors(factors.at(workspace));
    }
  }

  @Override
  void prepare(long stream) {
    for (int l = 0; l < members.size(); l++) {
      members.get(l).prepare(stream);
    }
    if (prepare != null && rows.count() > 0) {
      prepare.enqueue(stream, blocks(), 1, 1);
    }
  }

  @Override
  boolean areCorrectable() {
    return true;
  }

  @Override
  void describeInput(int member, ScaledRows field) {
    members.get(member).describeInput(field);
  }

  @Override
  void describeFirstPlane(int member, InputRows field) {
    members.get(member).describeFirstPlane(field);
  }

  @Override
  void describeGradientPlanes(int member, PlaneRows field) {
    members.get(member).describeGradientPlanes(field);
  }

  @Override
  Finish finish(
      PairEngine engine, PairWeigh<?> weigh, PairGradientGemm gemm, List<GradientRows> gradients) {
    KernelLaunch<FinishTuplesParams> launch =
        engine.launch(problem.score().tupleKernel("finish", FinishTuplesParams.TYPE));
    FinishTuplesParams p = launch.parameter();
    describe(p.tuples());
    p.gradientMember(gemm.memberNumbers()).gradientStride(gemm.stride());
    p.slices(weigh.columnSlices());
    for (int l = 0; l < gradients.size(); l++) {
      Fields.prepare(p.out(l), gradients.get(l));
    }
    return (stream, addresses) -> {
      bind(p.tuples());
      p.gradient(gemm.gradient()).sums(weigh.columnGradients());
      for (int l = 0; l < addresses.length; l++) {
        p.out(l).to(addresses[l]);
      }
      launch.enqueue(stream, blocks(), 1, 1);
    };
  }
}
