package io.gramian.cuda.op;

import io.gramian.Bindings;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.TensorSpec;
import io.gramian.cuda.abi.Fields;
import io.gramian.cuda.abi.GradientRows;
import io.gramian.cuda.abi.Kernels;
import io.gramian.cuda.abi.MmdExactLossParams;
import io.gramian.cuda.abi.MmdExactParams;
import io.gramian.cuda.abi.MmdPartParams;
import io.gramian.cuda.abi.WeighParams;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.CudaExecutor;
import io.gramian.cuda.device.KernelLaunch;
import io.gramian.cuda.device.LaunchList;
import io.gramian.cuda.device.Region;
import io.gramian.cuda.device.Scratch;
import io.gramian.cuda.pair.Mixture;
import io.gramian.cuda.pair.PairBackward;
import io.gramian.cuda.pair.PairEngine;
import io.gramian.cuda.set.CentredSets;
import io.gramian.cuda.set.ExactSets;
import io.gramian.cuda.set.SetGradient;
import io.gramian.cuda.set.SetPoints;
import io.gramian.op.Mmd;
import java.util.List;

/**
 * {@link Mmd} on CUDA: kernel sums over X with X, Y with Y and X with Y, one after the other in the
 * same workspace. A pass that makes weights for gradients finds its sum on the way. Where the sums
 * cancel, all pairs are made again in double.
 */
final class MmdCuda extends CudaExecutor {
  private final LaunchList launches = new LaunchList();
  private final Scratch scratch = new Scratch();
  private final CentredSets sets;
  private final SetGradient gradX;
  private final SetGradient gradY;
  private final Region sums;
  private final List<Part> parts;
  private final ExactSets exactSets;
  private final Exact exact;

  MmdCuda(CudaDevice device, Mmd op, Specs inputs, Specs outputs, PlanOptions options) {
    super(device);
    op.check(inputs, outputs);
    CentredSets.requireTypes(op.name(), inputs, outputs);
    try {
      this.sets = new CentredSets(device, launches, scratch, op.name(), inputs);
      this.exactSets = new ExactSets(scratch, sets, outputs.has("grad_x") || outputs.has("grad_y"));
      this.gradX = gradient(device, sets.x(), outputs.find("grad_x"), options);
      this.gradY = gradient(device, sets.y(), outputs.find("grad_y"), options);
      this.sums = scratch.reserve(3 * Double.BYTES);
      Maker maker = new Maker(device, op, inputs, outputs.find("loss"), options);
      this.parts =
          List.of(
              maker.part(0, sets.x(), sets.x(), gradX, null),
              maker.part(1, sets.y(), sets.y(), gradY, null),
              maker.part(2, sets.x(), sets.y(), gradX, gradY));
      long mark = scratch.mark();
      exactSets.reserveGradient(scratch);
      this.exact = new Exact(maker);
      scratch.rewind(mark);
    } catch (RuntimeException e) {
      launches.close();
      throw e;
    }
  }

  private SetGradient gradient(
      CudaDevice device, SetPoints points, TensorSpec spec, PlanOptions options) {
    return spec == null
        ? null
        : new SetGradient(
            device,
            launches,
            scratch,
            points,
            exactSets,
            GradientRows.of(spec, options.accumulate()));
  }

  @Override
  public long workspaceBytes() {
    return scratch.bytes();
  }

  @Override
  public void enqueue(long stream, Bindings in, Bindings out, long workspace) {
    sets.run(stream, in, workspace);
    exactSets.bind(workspace);
    if (gradX != null) {
      gradX.bind(workspace);
    }
    if (gradY != null) {
      gradY.bind(workspace);
    }
    for (int i = 0; i < parts.size(); i++) {
      parts.get(i).run(stream, in, out, workspace);
    }
    exact.run(stream, in, out, workspace);
    if (gradX != null) {
      gradX.finish(stream, out.get("grad_x").address());
    }
    if (gradY != null) {
      gradY.finish(stream, out.get("grad_y").address());
    }
  }

  @Override
  public void free() {
    launches.close();
  }

  /** Makes the passes. */
  private final class Maker {
    private final CudaDevice device;
    private final Mmd op;
    private final Specs inputs;
    private final TensorSpec loss;
    private final PlanOptions options;

    Maker(CudaDevice device, Mmd op, Specs inputs, TensorSpec loss, PlanOptions options) {
      this.device = device;
      this.op = op;
      this.inputs = inputs;
      this.loss = loss;
      this.options = options;
    }

    Part part(int index, SetPoints a, SetPoints b, SetGradient ofA, SetGradient ofB) {
      long mark = scratch.mark();
      Part part = new Part(this, index, a, b, ofA, ofB);
      scratch.rewind(mark);
      return part;
    }
  }

  /** The weighted mean kernel of two sets, or of a set with itself. */
  private final class Part {
    private final SetPoints a;
    private final SetPoints b;
    private final long[] members = new long[1];
    private final PairEngine engine;
    private final Mixture objective;
    private final Pass pass;
    private final KernelLaunch<MmdPartParams> add;

    Part(Maker maker, int index, SetPoints a, SetPoints b, SetGradient ofA, SetGradient ofB) {
      this.a = a;
      this.b = b;
      boolean isWithin = a == b;
      double weight = (isWithin ? 1.0 : -2.0) / a.rows().count() / b.rows().count();
      boolean isBackward = ofA != null || ofB != null;
      this.engine =
          CentredSets.distances(
              maker.device, launches, scratch, a, b, maker.options.strict(), isBackward);
      this.objective =
          new Mixture(engine, scratch, maker.op.variances(), weight, isWithin, maker.inputs);
      this.pass = isBackward ? new Weights(this, ofA, ofB) : new Sum(objective.sum(scratch));
      this.add = engine.launch(Kernels.MMD_PART);
      MmdPartParams p = add.parameter();
      p.weight(weight).lossType(Fields.type(maker.loss)).part(index).isLast(!isWithin);
      p.blocks(pass.blocks()).stride(pass.stride()).count(exactSets.least());
    }

    void run(long stream, Bindings in, Bindings out, long workspace) {
      members[0] = b.centred();
      engine.bind(workspace, a.centred(), members, 0);
      if (pass instanceof Weights) {
        engine.watchNear(sets.hasNear(workspace));
      }
      objective.begin(stream, in);
      engine.prepare(stream);
      pass.run(stream);
      MmdPartParams p = add.parameter();
      p.sums(pass.sums()).parts(sums.at(workspace)).loss(address(out.find("loss")));
      p.hasNear(sets.hasNear(workspace)).isExact(exactSets.isWanted());
      add.enqueue(stream, 1, 1, 1);
    }
  }

  /** All of it in double, where the device finds that it needs that. */
  private final class Exact {
    private final KernelLaunch<MmdExactParams> pairs;
    private final KernelLaunch<MmdExactLossParams> loss;
    private final Region blockSums;

    Exact(Maker maker) {
      this.blockSums = scratch.reserve((long) Double.BYTES * exactSets.blocks());
      this.pairs = launches.add(maker.device, Kernels.MMD_EXACT);
      MmdExactParams p = pairs.parameter();
      exactSets.prepare(p.pairs());
      Fields.prepare(p.upstream(), 1, maker.inputs.find("grad_loss"));
      double[] variances = maker.op.variances();
      p.variances(variances.length);
      for (int u = 0; u < variances.length; u++) {
        p.rate(u, 1 / (2 * variances[u]));
      }
      this.loss = launches.add(maker.loss != null, maker.device, Kernels.MMD_EXACT_LOSS);
      loss.parameter().lossType(Fields.type(maker.loss)).blocks(exactSets.blocks());
    }

    void run(long stream, Bindings in, Bindings out, long workspace) {
      MmdExactParams p = pairs.parameter();
      exactSets.bind(p.pairs(), true);
      Fields.bind(p.upstream(), in.find("grad_loss"));
      p.sums(blockSums.at(workspace));
      pairs.enqueue(stream, exactSets.blocks(), 1, 1);
      MmdExactLossParams q = loss.parameter();
      q.isWanted(exactSets.isWanted()).sums(blockSums.at(workspace));
      q.loss(address(out.find("loss")));
      loss.enqueue(stream, 1, 1, 1);
    }
  }

  /** A pass over the pairs of a part, which leaves a sum for each block. */
  private interface Pass {
    void run(long stream);

    /** Device address of the sums. */
    long sums();

    int blocks();

    /** Numbers from sum to sum. */
    int stride();
  }

  /** For the loss alone. */
  private record Sum(Mixture.Sum sum) implements Pass {
    @Override
    public void run(long stream) {
      sum.run(stream);
    }

    @Override
    public long sums() {
      return sum.parts();
    }

    @Override
    public int blocks() {
      return sum.blocks();
    }

    @Override
    public int stride() {
      return 1;
    }
  }

  /** With gradients: the sum is found on the way. */
  private final class Weights implements Pass {
    private final SetGradient ofA;
    private final SetGradient ofB;
    private final PairBackward<WeighParams> backward;
    private final long[] ofMembers = new long[1];

    Weights(Part part, SetGradient ofA, SetGradient ofB) {
      this.ofA = ofA;
      this.ofB = ofB;
      // X with Y comes last, and adds to what both sets have.
      this.backward =
          new PairBackward<>(
              part.engine,
              scratch,
              part.objective,
              ofA == null ? null : ofA.rows(part.a != part.b),
              ofB == null ? List.of() : List.of(ofB.rows(true)));
    }

    @Override
    public void run(long stream) {
      ofMembers[0] = address(ofB);
      backward.run(stream, address(ofA), ofMembers);
    }

    private static long address(SetGradient gradient) {
      return gradient == null ? 0 : gradient.address();
    }

    @Override
    public long sums() {
      return backward.weigh().blockSums();
    }

    @Override
    public int blocks() {
      return backward.weigh().blocks();
    }

    @Override
    public int stride() {
      return 2;
    }
  }
}
