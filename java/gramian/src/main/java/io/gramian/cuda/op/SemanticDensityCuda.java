package io.gramian.cuda.op;

import io.gramian.Bindings;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.TensorSpec;
import io.gramian.cuda.abi.Constants;
import io.gramian.cuda.abi.DensityCompareParams;
import io.gramian.cuda.abi.DensityDecideParams;
import io.gramian.cuda.abi.DensityExactParams;
import io.gramian.cuda.abi.DensityLossParams;
import io.gramian.cuda.abi.DensityScaleParams;
import io.gramian.cuda.abi.DensitySpreadGradientParams;
import io.gramian.cuda.abi.Fields;
import io.gramian.cuda.abi.GradientRows;
import io.gramian.cuda.abi.Kernels;
import io.gramian.cuda.abi.PeakedSum;
import io.gramian.cuda.abi.WeighParams;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.CudaExecutor;
import io.gramian.cuda.device.KernelLaunch;
import io.gramian.cuda.device.LaunchList;
import io.gramian.cuda.device.Region;
import io.gramian.cuda.device.Scratch;
import io.gramian.cuda.pair.PairBackward;
import io.gramian.cuda.pair.PairEngine;
import io.gramian.cuda.pair.PairKernels;
import io.gramian.cuda.pair.PairObjective;
import io.gramian.cuda.pair.SoftmaxSums;
import io.gramian.cuda.set.CentredSets;
import io.gramian.cuda.set.ExactSets;
import io.gramian.cuda.set.SetGradient;
import io.gramian.cuda.set.SetPoints;
import io.gramian.cuda.set.SetSpread;
import io.gramian.op.SemanticDensity;
import java.util.List;

/**
 * {@link SemanticDensity} on CUDA: softmax sums over X with X, Y with Y and X with Y are the
 * densities; the three passes backward share a part of the workspace. Where divergence or gradients
 * lack digits, all pairs are made again in double.
 */
final class SemanticDensityCuda extends CudaExecutor {
  private final LaunchList launches = new LaunchList();
  private final Scratch scratch = new Scratch();
  private final CudaDevice device;
  private final SemanticDensity op;
  private final Specs inputs;
  private final boolean accumulate;
  private final boolean strict;
  private final boolean isBackward;
  private final CentredSets sets;
  private final ExactSets exactSets;
  private final Exact exact;
  private final Side x;
  private final Side y;
  private final Pass between;
  private final KernelLaunch<DensityLossParams> loss;
  private final Region divergence;

  private long workspace;

  SemanticDensityCuda(
      CudaDevice device, SemanticDensity op, Specs inputs, Specs outputs, PlanOptions options) {
    super(device);
    op.check(inputs, outputs);
    CentredSets.requireTypes(op.name(), inputs, outputs);
    this.device = device;
    this.op = op;
    this.inputs = inputs;
    this.accumulate = options.accumulate();
    this.strict = options.strict();
    this.isBackward = outputs.has("grad_x") || outputs.has("grad_y");
    try {
      this.sets = new CentredSets(device, launches, scratch, op.name(), inputs);
      this.exactSets = new ExactSets(scratch, sets, isBackward);
      exactSets.reserveGradient(scratch);
      this.x = new Side(sets.x(), outputs.find("grad_x"));
      this.y = new Side(sets.y(), outputs.find("grad_y"));
      this.between = new Pass(sets.x(), sets.y(), isBackward);
      this.exact = new Exact();
      this.divergence = scratch.reserve(Double.BYTES);
      this.loss = lossLaunch(outputs.find("loss"));
      long mark = scratch.mark();
      between.reserveBackward(x.other, y.other, x.gradientRows(false), y.gradientRows(false));
      long sums = scratch.mark();
      x.reserveBackward();
      scratch.rewind(sums);
      y.reserveBackward();
      scratch.rewind(mark);
    } catch (RuntimeException e) {
      launches.close();
      throw e;
    }
  }

  private KernelLaunch<DensityLossParams> lossLaunch(TensorSpec spec) {
    KernelLaunch<DensityLossParams> launch = launches.add(device, Kernels.DENSITY_LOSS);
    launch.parameter().blocks(0, x.blocks).blocks(1, y.blocks).lossType(Fields.type(spec));
    return launch;
  }

  /** The factor of squared distances, but for the variance. */
  private double inverse() {
    return 1 / (4 * op.bandwidth() * op.bandwidth());
  }

  @Override
  public long workspaceBytes() {
    return scratch.bytes();
  }

  @Override
  public void enqueue(long stream, Bindings in, Bindings out, long workspaceAddress) {
    workspace = workspaceAddress;
    sets.run(stream, in, workspace);
    exactSets.bind(workspace);
    x.spread.run(stream, workspace);
    y.spread.run(stream, workspace);
    x.within.forward(stream, x.spread, x.spread);
    y.within.forward(stream, y.spread, y.spread);
    between.forward(stream, y.spread, x.spread);
    x.compare(stream, in, between.sums.rowSums(), y.spread);
    y.compare(stream, in, between.sums.columnSums(), x.spread);
    exact.run(stream, in);
    DensityLossParams p = loss.parameter();
    p.parts(0, at(x.parts)).parts(1, at(y.parts));
    p.spread(0, x.spread.address()).spread(1, y.spread.address());
    p.divergence(at(divergence)).loss(address(out.find("loss")));
    loss.enqueue(stream, 1, 1, 1);
    if (isBackward) {
      between.backward(stream, x.gradient, y.gradient);
      long sums = between.backward.weigh().blockSums();
      x.backward(stream, in, out, sums + Double.BYTES);
      y.backward(stream, in, out, sums);
    }
  }

  private long at(Region region) {
    return region.at(workspace);
  }

  @Override
  public void free() {
    launches.close();
  }

  /** Peaks and factors of the weights of densities at the points of a set, floats. */
  private final class Weights {
    private final Region peaks;
    private final Region factors;

    Weights(int count) {
      this.peaks = scratch.reserve((long) Float.BYTES * count);
      this.factors = scratch.reserve((long) Float.BYTES * count);
    }
  }

  /** All pairs in double, where the device finds that divergence or gradients need that. */
  private final class Exact {
    private final KernelLaunch<DensityDecideParams> decide =
        launches.add(device, Kernels.DENSITY_DECIDE);
    private final KernelLaunch<DensityExactParams> sums =
        launches.add(device, Kernels.DENSITY_EXACT_SUMS);
    private final KernelLaunch<DensityExactParams> gradient =
        launches.add(isBackward, device, Kernels.DENSITY_EXACT_GRADIENT);
    private final Region[] ofSets = {ofPoints(PeakedSum.SIZE), ofPoints(PeakedSum.SIZE)};
    private final Region[] gradients = {ofPoints(Double.BYTES), ofPoints(Double.BYTES)};
    private final Region ofScales = scratch.reserve(2L * Double.BYTES * exactSets.blocks());

    Exact() {
      decide.parameter().blocks(0, x.blocks).blocks(1, y.blocks).count(exactSets.least());
      for (DensityExactParams p : List.of(sums.parameter(), gradient.parameter())) {
        exactSets.prepare(p.pairs());
        p.inverse(inverse());
      }
    }

    private Region ofPoints(long bytes) {
      return scratch.reserve(bytes * exactSets.points());
    }

    /** Enqueues the decision and, where it is so decided, everything but the loss. */
    void run(long stream, Bindings in) {
      DensityDecideParams d = decide.parameter();
      d.parts(0, at(x.parts)).parts(1, at(y.parts));
      d.hasNear(sets.hasNear(workspace)).isExact(exactSets.isWanted());
      decide.enqueue(stream, 1, 1, 1);
      run(stream, sums, false);
      x.compareExactly(stream, in, 0, y.spread);
      y.compareExactly(stream, in, 1, x.spread);
      run(stream, gradient, true);
    }

    private void run(long stream, KernelLaunch<DensityExactParams> launch, boolean withGradient) {
      DensityExactParams p = launch.parameter();
      exactSets.bind(p.pairs(), withGradient);
      p.spread(0, x.spread.address()).spread(1, y.spread.address()).ofScales(at(ofScales));
      for (int set = 0; set < ofSets.length; set++) {
        p.sums(set, at(ofSets[set])).gradients(set, at(gradients[set]));
      }
      launch.enqueue(stream, exactSets.blocks(), 1, 1);
    }

    /** Device address of the sums over a set at the points from one on. */
    long sums(int set, int first) {
      return at(ofSets[set]) + PeakedSum.SIZE * first;
    }

    /** Device address of the gradients of the logarithms of these. */
    long gradients(int set, int first) {
      return at(gradients[set]) + (long) Double.BYTES * first;
    }

    /** Device address of the sums of weight * score of a set, each 16 bytes from the next. */
    long ofScale(int set) {
      return at(ofScales) + (long) Double.BYTES * set;
    }
  }

  /** The densities as functions of squared distances. */
  private final class Density implements PairObjective<WeighParams> {
    private final Weights ofRows;
    private final Weights ofColumns;
    private final boolean isWithin;

    Density(Weights ofRows, Weights ofColumns, boolean isWithin) {
      this.ofRows = ofRows;
      this.ofColumns = ofColumns;
      this.isWithin = isWithin;
    }

    @Override
    public PairKernels<?, WeighParams> kernels() {
      return PairKernels.SOFTMAX;
    }

    @Override
    public boolean hasSums() {
      return true;
    }

    @Override
    public void describe(WeighParams p) {
      p.rowPeaks(at(ofRows.peaks)).rowFactors(at(ofRows.factors));
      p.columnPeaks(at(ofColumns.peaks)).columnFactors(at(ofColumns.factors));
      // A point is no distance from itself: its part of the density there has no gradient.
      p.skipDiagonal(isWithin);
    }
  }

  /** A pass over the pairs of two sets, or of a set with itself. */
  private final class Pass {
    final PairEngine engine;
    final SoftmaxSums sums;
    PairBackward<WeighParams> backward;
    private final SetPoints a;
    private final SetPoints b;
    private final KernelLaunch<DensityScaleParams> scale;
    private final long[] members = new long[1];
    private final long[] gradients = new long[1];

    Pass(SetPoints a, SetPoints b, boolean isBackward) {
      this.a = a;
      this.b = b;
      this.engine = CentredSets.distances(device, launches, scratch, a, b, strict, isBackward);
      this.sums =
          a == b ? SoftmaxSums.ofRows(engine, scratch) : SoftmaxSums.ofBoth(engine, scratch, false);
      this.scale = launches.add(device, Kernels.DENSITY_SCALE);
      scale.parameter().inverse(inverse());
    }

    void reserveBackward(Weights ofRows, Weights ofColumns, GradientRows ofA, GradientRows ofB) {
      if (ofA != null || ofB != null) {
        Density density = new Density(ofRows, ofColumns, a == b);
        List<GradientRows> ofMembers = ofB == null ? List.of() : List.of(ofB);
        backward = new PairBackward<>(engine, scratch, density, ofA, ofMembers);
      }
    }

    /** Enqueues the densities of a set at the anchors, and of another at the tuples. */
    void forward(long stream, SetSpread atAnchors, SetSpread atTuples) {
      members[0] = b.centred();
      engine.bind(workspace, a.centred(), members, 0);
      if (isBackward) {
        engine.watchNear(sets.hasNear(workspace));
      }
      DensityScaleParams p = scale.parameter();
      p.ofRows(atAnchors.address()).ofColumns(atTuples.address()).scalars(engine.scalars());
      scale.enqueue(stream, 1, 1, 1);
      engine.prepare(stream);
      sums.run(stream);
    }

    /** Enqueues the gradients; those of sets may be null. */
    void backward(long stream, SetGradient ofA, SetGradient ofB) {
      gradients[0] = ofB == null ? 0 : ofB.address();
      backward.run(stream, ofA == null ? 0 : ofA.address(), gradients);
    }
  }

  /** One of the two sets: its points, the densities at them, and their gradients. */
  private final class Side {
    final SetSpread spread;
    final Pass within;
    final SetGradient gradient;
    final Weights own;
    final Weights other;
    final int blocks;
    final Region parts;
    private final SetPoints points;
    private final int count;
    private final String output;
    private final KernelLaunch<DensityCompareParams> compare;
    private final KernelLaunch<DensityCompareParams> compareExactly;
    private final KernelLaunch<DensitySpreadGradientParams> spreadGradient;

    Side(SetPoints points, TensorSpec output) {
      this.points = points;
      this.count = points.rows().count();
      this.output = points == sets.x() ? "grad_x" : "grad_y";
      this.spread = new SetSpread(device, launches, scratch, points);
      this.within = new Pass(points, points, output != null);
      this.gradient =
          output == null
              ? null
              : new SetGradient(
                  device,
                  launches,
                  scratch,
                  points,
                  exactSets,
                  GradientRows.of(output, accumulate));
      this.own = new Weights(count);
      this.other = new Weights(count);
      this.blocks = Math.ceilDiv(count, Constants.ROW_THREADS);
      this.parts = scratch.reserve(2L * Double.BYTES * blocks);
      this.compare = compareLaunch();
      this.compareExactly = compareLaunch();
      this.spreadGradient = launches.add(output != null, device, Kernels.DENSITY_SPREAD_GRADIENT);
    }

    private KernelLaunch<DensityCompareParams> compareLaunch() {
      KernelLaunch<DensityCompareParams> launch = launches.add(device, Kernels.DENSITY_COMPARE);
      DensityCompareParams p = launch.parameter();
      double h = op.bandwidth();
      Fields.prepare(p.upstream(), 1, inputs.find("grad_loss"));
      p.inverse(inverse()).constant(3 / (32 * Math.PI * h * h)).count(count);
      return launch;
    }

    /** The sums of the gradient as a pass writes them; null if they are not wanted. */
    GradientRows gradientRows(boolean accumulates) {
      return gradient == null ? null : gradient.rows(accumulates);
    }

    void reserveBackward() {
      if (gradient == null) {
        return;
      }
      // Scores are symmetric: rows and columns together give what anchors and tuples would.
      within.reserveBackward(own, own, gradient.rows(true), null);
      DensitySpreadGradientParams p = spreadGradient.parameter();
      Fields.prepare(p.upstream(), 1, inputs.find("grad_loss"));
      p.withinBlocks(within.backward.weigh().blocks());
      p.betweenBlocks(between.backward.weigh().blocks());
      p.count(count);
    }

    /** Enqueues the divergence from the other set, and the weights of its gradients. */
    void compare(long stream, Bindings in, long otherSums, SetSpread otherSpread) {
      if (gradient != null) {
        gradient.bind(workspace);
      }
      DensityCompareParams p = compare.parameter();
      p.ownSums(within.sums.rowSums()).otherSums(otherSums);
      p.own(spread.address()).other(otherSpread.address());
      Fields.bind(p.upstream(), in.find("grad_loss"));
      p.ownPeaks(at(own.peaks)).ownFactors(at(own.factors));
      p.otherPeaks(at(other.peaks)).otherFactors(at(other.factors)).parts(at(parts));
      compare.enqueue(stream, blocks, 1, 1);
    }

    /** The same from all pairs in double, where the device has so decided. */
    void compareExactly(long stream, Bindings in, int set, SetSpread otherSpread) {
      int first = exactSets.first(points);
      DensityCompareParams p = compareExactly.parameter();
      p.isWanted(exactSets.isWanted());
      p.ownSums(exact.sums(set, first)).otherSums(exact.sums(1 - set, first));
      p.own(spread.address()).other(otherSpread.address());
      Fields.bind(p.upstream(), in.find("grad_loss"));
      p.ofOwn(exact.gradients(set, first)).ofOther(exact.gradients(1 - set, first));
      p.parts(at(parts));
      compareExactly.enqueue(stream, blocks, 1, 1);
    }

    /**
     * Enqueues the gradients within the set, if they are wanted, and their end.
     *
     * @param ofScale device address of the sums of the other pass, each 16 bytes from the next
     */
    void backward(long stream, Bindings in, Bindings out, long ofScale) {
      if (gradient == null) {
        return;
      }
      within.backward(stream, gradient, null);
      DensitySpreadGradientParams p = spreadGradient.parameter();
      p.within(within.backward.weigh().blockSums()).between(ofScale);
      p.isExact(exactSets.isWanted()).exactBlocks(exactSets.blocks());
      p.exact(exact.ofScale(points == sets.x() ? 0 : 1));
      p.divergence(at(divergence)).spread(spread.address()).gradient(spread.gradient());
      Fields.bind(p.upstream(), in.find("grad_loss"));
      spreadGradient.enqueue(stream, 1, 1, 1);
      gradient.spread(spread);
      gradient.finish(stream, out.get(output).address());
    }
  }
}
