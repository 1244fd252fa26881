package io.gramian.cuda.op;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gramian.Bindings;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.TensorSpec;
import io.gramian.cuda.abi.GradientRows;
import io.gramian.cuda.abi.ScalarField;
import io.gramian.cuda.abi.StructLayout;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.CudaExecutor;
import io.gramian.cuda.device.LaunchList;
import io.gramian.cuda.device.Scratch;
import io.gramian.cuda.driver.Launch;
import io.gramian.cuda.gemm.Operand;
import io.gramian.cuda.pair.PairBackward;
import io.gramian.cuda.pair.PairEngine;
import io.gramian.cuda.pair.PairForward;
import io.gramian.cuda.pair.PairObjective;
import io.gramian.cuda.pair.SumMerge;
import io.gramian.cuda.set.CentredSets;
import io.gramian.cuda.set.SetGradient;
import io.gramian.cuda.set.SetPoints;
import io.gramian.cuda.set.SetSpread;
import io.gramian.op.SemanticDensity;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * {@link SemanticDensity} on CUDA: softmax sums over X with X, Y with Y and X with Y are the
 * densities; the three passes backward share a part of the workspace.
 */
final class SemanticDensityCuda extends CudaExecutor {
  /** Image of its own kernels. */
  static final String IMAGE = SetSpread.IMAGE;

  private final LaunchList launches = new LaunchList();
  private final Scratch scratch = new Scratch();
  private final CudaDevice device;
  private final SemanticDensity op;
  private final Specs inputs;
  private final boolean accumulate;
  private final boolean strict;
  private final boolean isBackward;
  private final CentredSets sets;
  private final Side x;
  private final Side y;
  private final Pass between;
  private final SumMerge columns;
  private final Launch loss;
  private final long divergence;

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
      this.x = new Side(sets.x(), outputs.find("grad_x"));
      this.y = new Side(sets.y(), outputs.find("grad_y"));
      this.between = new Pass(sets.x(), sets.y(), isBackward);
      this.columns = between.mergeColumns();
      this.divergence = scratch.doubles(1);
      this.loss = lossLaunch(outputs.find("loss"));
      long mark = scratch.mark();
      between.reserveBackward(
          x.gradient == null ? null : x.gradient.rows(false),
          y.gradient == null ? null : y.gradient.rows(false));
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

  private Launch launch(String kernel, long bytes) {
    return launches.add(device.kernel(IMAGE, kernel), Operand.threads(), 0, bytes);
  }

  private Launch lossLaunch(TensorSpec spec) {
    Launch launch = launch("density_loss", Loss.BYTES);
    MemorySegment p = launch.parameter();
    p.set(JAVA_INT, Loss.BLOCKS, x.blocks);
    p.set(JAVA_INT, Loss.BLOCKS + 4, y.blocks);
    p.set(JAVA_INT, Loss.LOSS_TYPE, spec == null ? 0 : ScalarField.typeCode(spec.dtype()));
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
    x.spread.run(stream, workspace);
    y.spread.run(stream, workspace);
    x.within.forward(stream, x.spread, x.spread);
    y.within.forward(stream, y.spread, y.spread);
    between.forward(stream, y.spread, x.spread);
    columns.run(stream);
    x.compare(stream, in, between.rows.logs(), y.spread);
    y.compare(stream, in, columns.logs(), x.spread);
    MemorySegment p = loss.parameter();
    p.set(JAVA_LONG, Loss.PARTS, workspace + x.parts);
    p.set(JAVA_LONG, Loss.PARTS + 8, workspace + y.parts);
    p.set(JAVA_LONG, Loss.SPREAD, x.spread.address());
    p.set(JAVA_LONG, Loss.SPREAD + 8, y.spread.address());
    p.set(JAVA_LONG, Loss.DIVERGENCE, workspace + divergence);
    p.set(JAVA_LONG, Loss.LOSS, address(out.find("loss")));
    loss.enqueue(stream, 1, 1, 1);
    if (isBackward) {
      between.backward(stream, x.other, y.other, x.gradient, y.gradient);
      long sums = between.backward.weigh().blockSums();
      x.backward(stream, in, out, sums + Double.BYTES);
      y.backward(stream, in, out, sums);
    }
  }

  @Override
  public void free() {
    launches.close();
  }

  /** Logarithms and factors of the weights of densities at the points of a set, floats. */
  private final class Weights {
    private final long logs;
    private final long factors;

    Weights(int count) {
      this.logs = scratch.words(count);
      this.factors = scratch.words(count);
    }

    long logs() {
      return workspace + logs;
    }

    long factors() {
      return workspace + factors;
    }
  }

  /** A pass over the pairs of two sets, or of a set with itself. */
  private final class Pass {
    final PairEngine engine;
    final PairForward forward;
    final SumMerge rows;
    PairBackward backward;
    private final SetPoints a;
    private final SetPoints b;
    private final PairForward.Sums rowSums;
    private final PairForward.Sums columnSums;
    private final Launch scale;

    Pass(SetPoints a, SetPoints b, boolean isBackward) {
      this.a = a;
      this.b = b;
      this.engine = CentredSets.distances(device, launches, scratch, a, b, strict, isBackward);
      this.forward = new PairForward(engine, PairObjective.SOFTMAX);
      this.rowSums = forward.rowSums(scratch);
      this.columnSums = a == b ? null : forward.columnSums(scratch, false);
      this.rows = new SumMerge(engine, scratch, rowSums, false);
      this.scale = launch("density_scale", Scale.BYTES);
      scale.parameter().set(JAVA_DOUBLE, Scale.INVERSE, inverse());
    }

    SumMerge mergeColumns() {
      return new SumMerge(engine, scratch, columnSums, false);
    }

    void reserveBackward(GradientRows ofA, GradientRows ofB) {
      if (isBackward && (ofA != null || ofB != null)) {
        List<GradientRows> members = ofB == null ? List.of() : List.of(ofB);
        backward =
            new PairBackward(engine, scratch, PairObjective.SOFTMAX, true, false, ofA, members);
      }
    }

    /** Enqueues the densities of a set at the anchors, and of another at the tuples. */
    void forward(long stream, SetSpread atAnchors, SetSpread atTuples) {
      engine.bind(workspace, a.centred(), new long[] {b.centred()}, 0);
      MemorySegment p = scale.parameter();
      p.set(JAVA_LONG, Scale.OF_ROWS, atAnchors.address());
      p.set(JAVA_LONG, Scale.OF_COLUMNS, atTuples.address());
      p.set(JAVA_LONG, Scale.SCALARS, engine.scalars());
      scale.enqueue(stream, 1, 1, 1);
      engine.prepare(stream);
      forward.softmax(rowSums, columnSums);
      forward.run(stream);
      rows.run(stream);
    }

    /** Enqueues the gradients; those of sets may be null. */
    void backward(
        long stream, Weights ofRows, Weights ofColumns, SetGradient ofA, SetGradient ofB) {
      backward
          .weigh()
          .softmax(ofRows.logs(), ofRows.factors(), ofColumns.logs(), ofColumns.factors(), 0);
      long[] gradients = {ofB == null ? 0 : ofB.address()};
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
    final long parts;
    private final int count;
    private final String output;
    private final Launch compare;
    private final Launch spreadGradient;

    Side(SetPoints points, TensorSpec output) {
      this.count = points.rows().count();
      this.output = points == sets.x() ? "grad_x" : "grad_y";
      this.spread = new SetSpread(device, launches, scratch, points);
      this.within = new Pass(points, points, output != null);
      this.gradient =
          output == null
              ? null
              : new SetGradient(
                  device, launches, scratch, points, GradientRows.of(output, accumulate));
      this.own = new Weights(count);
      this.other = new Weights(count);
      this.blocks = Math.ceilDiv(count, Operand.threads());
      this.parts = scratch.doubles(blocks);
      this.compare = launch("density_compare", Compare.BYTES);
      MemorySegment p = compare.parameter();
      double h = op.bandwidth();
      Compare.UPSTREAM.prepare(p, 1, inputs.find("grad_loss"));
      p.set(JAVA_DOUBLE, Compare.INVERSE, inverse());
      p.set(JAVA_DOUBLE, Compare.CONSTANT, 3 / (32 * Math.PI * h * h));
      p.set(JAVA_INT, Compare.COUNT, count);
      this.spreadGradient =
          output == null ? null : launch("density_spread_gradient", OfSpread.BYTES);
    }

    void reserveBackward() {
      if (gradient == null) {
        return;
      }
      within.reserveBackward(gradient.rows(true), null);
      // A point is no distance from itself: its part of the density there has no gradient.
      within.backward.weigh().skipDiagonal();
      MemorySegment p = spreadGradient.parameter();
      OfSpread.UPSTREAM.prepare(p, 1, inputs.find("grad_loss"));
      p.set(JAVA_INT, OfSpread.WITHIN_BLOCKS, within.backward.weigh().blocks());
      p.set(JAVA_INT, OfSpread.BETWEEN_BLOCKS, between.backward.weigh().blocks());
      p.set(JAVA_INT, OfSpread.COUNT, count);
    }

    /** Enqueues the divergence from the other set, and the weights of its gradients. */
    void compare(long stream, Bindings in, long otherLogs, SetSpread otherSpread) {
      if (gradient != null) {
        gradient.bind(workspace);
      }
      MemorySegment p = compare.parameter();
      p.set(JAVA_LONG, Compare.OWN_SUMS, within.rows.logs());
      p.set(JAVA_LONG, Compare.OTHER_SUMS, otherLogs);
      p.set(JAVA_LONG, Compare.OWN, spread.address());
      p.set(JAVA_LONG, Compare.OTHER, otherSpread.address());
      Compare.UPSTREAM.bind(p, in.find("grad_loss"));
      p.set(JAVA_LONG, Compare.OWN_LOGS, own.logs());
      p.set(JAVA_LONG, Compare.OWN_FACTORS, own.factors());
      p.set(JAVA_LONG, Compare.OTHER_LOGS, other.logs());
      p.set(JAVA_LONG, Compare.OTHER_FACTORS, other.factors());
      p.set(JAVA_LONG, Compare.PARTS, workspace + parts);
      compare.enqueue(stream, blocks, 1, 1);
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
      // Scores are symmetric: rows and columns together give what anchors and tuples would.
      within.backward(stream, own, own, gradient, null);
      MemorySegment p = spreadGradient.parameter();
      p.set(JAVA_LONG, OfSpread.WITHIN, within.backward.weigh().blockSums());
      p.set(JAVA_LONG, OfSpread.BETWEEN, ofScale);
      p.set(JAVA_LONG, OfSpread.DIVERGENCE, workspace + divergence);
      p.set(JAVA_LONG, OfSpread.SPREAD, spread.address());
      OfSpread.UPSTREAM.bind(p, in.find("grad_loss"));
      p.set(JAVA_LONG, OfSpread.GRADIENT, spread.gradient());
      spreadGradient.enqueue(stream, 1, 1, 1);
      gradient.spread(spread);
      gradient.finish(stream, out.get(output).address());
    }
  }

  /** Struct {@code ScaleParams} of kernels/src/semantic_density.cu. */
  private static final class Scale {
    private static final StructLayout LAYOUT = new StructLayout();
    static final long OF_ROWS = LAYOUT.pointer();
    static final long OF_COLUMNS = LAYOUT.pointer();
    static final long SCALARS = LAYOUT.pointer();
    static final long INVERSE = LAYOUT.float64();
    static final long BYTES = LAYOUT.bytes();
  }

  /** Struct {@code CompareParams} of kernels/src/semantic_density.cu. */
  private static final class Compare {
    private static final StructLayout LAYOUT = new StructLayout();
    static final long OWN_SUMS = LAYOUT.pointer();
    static final long OTHER_SUMS = LAYOUT.pointer();
    static final long OWN = LAYOUT.pointer();
    static final long OTHER = LAYOUT.pointer();
    static final ScalarField UPSTREAM = LAYOUT.scalar();
    static final long OWN_LOGS = LAYOUT.pointer();
    static final long OWN_FACTORS = LAYOUT.pointer();
    static final long OTHER_LOGS = LAYOUT.pointer();
    static final long OTHER_FACTORS = LAYOUT.pointer();
    static final long PARTS = LAYOUT.pointer();
    static final long INVERSE = LAYOUT.float64();
    static final long CONSTANT = LAYOUT.float64();
    static final long COUNT = LAYOUT.int32();
    static final long BYTES = LAYOUT.bytes();
  }

  /** Struct {@code LossParams} of kernels/src/semantic_density.cu. */
  private static final class Loss {
    private static final StructLayout LAYOUT = new StructLayout();
    static final long PARTS = LAYOUT.int64s(2);
    static final long SPREAD = LAYOUT.int64s(2);
    static final long DIVERGENCE = LAYOUT.pointer();
    static final long LOSS = LAYOUT.pointer();
    static final long BLOCKS = LAYOUT.int32s(2);
    static final long LOSS_TYPE = LAYOUT.int32();
    static final long BYTES = LAYOUT.bytes();
  }

  /** Struct {@code SpreadGradientParams} of kernels/src/semantic_density.cu. */
  private static final class OfSpread {
    private static final StructLayout LAYOUT = new StructLayout();
    static final long WITHIN = LAYOUT.pointer();
    static final long BETWEEN = LAYOUT.pointer();
    static final long DIVERGENCE = LAYOUT.pointer();
    static final long SPREAD = LAYOUT.pointer();
    static final ScalarField UPSTREAM = LAYOUT.scalar();
    static final long GRADIENT = LAYOUT.pointer();
    static final long WITHIN_BLOCKS = LAYOUT.int32();
    static final long BETWEEN_BLOCKS = LAYOUT.int32();
    static final long COUNT = LAYOUT.int32();
    static final long BYTES = LAYOUT.bytes();
  }
}
