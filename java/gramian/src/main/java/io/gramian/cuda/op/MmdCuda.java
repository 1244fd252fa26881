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
import io.gramian.cuda.pair.PairBackward;
import io.gramian.cuda.pair.PairBegin;
import io.gramian.cuda.pair.PairEngine;
import io.gramian.cuda.pair.PairForward;
import io.gramian.cuda.pair.PairObjective;
import io.gramian.cuda.set.CentredSets;
import io.gramian.cuda.set.SetGradient;
import io.gramian.cuda.set.SetPoints;
import io.gramian.op.Mmd;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * {@link Mmd} on CUDA: kernel sums over X with X, Y with Y and X with Y, one after the other in the
 * same workspace. A pass that makes weights for gradients finds its sum on the way.
 */
final class MmdCuda extends CudaExecutor {
  /** Image of its own kernels. */
  static final String IMAGE = "mmd";

  private final LaunchList launches = new LaunchList();
  private final Scratch scratch = new Scratch();
  private final CentredSets sets;
  private final SetGradient gradX;
  private final SetGradient gradY;
  private final long sums;
  private final List<Part> parts;

  MmdCuda(CudaDevice device, Mmd op, Specs inputs, Specs outputs, PlanOptions options) {
    super(device);
    op.check(inputs, outputs);
    CentredSets.requireTypes(op.name(), inputs, outputs);
    try {
      this.sets = new CentredSets(device, launches, scratch, op.name(), inputs);
      this.gradX = gradient(device, sets.x(), outputs.find("grad_x"), options);
      this.gradY = gradient(device, sets.y(), outputs.find("grad_y"), options);
      this.sums = scratch.doubles(3);
      Maker maker = new Maker(device, op, inputs, outputs.find("loss"), options);
      this.parts =
          List.of(
              maker.part(0, sets.x(), sets.x(), gradX, null),
              maker.part(1, sets.y(), sets.y(), gradY, null),
              maker.part(2, sets.x(), sets.y(), gradX, gradY));
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
            device, launches, scratch, points, GradientRows.of(spec, options.accumulate()));
  }

  @Override
  public long workspaceBytes() {
    return scratch.bytes();
  }

  @Override
  public void enqueue(long stream, Bindings in, Bindings out, long workspace) {
    sets.run(stream, in, workspace);
    if (gradX != null) {
      gradX.bind(workspace);
    }
    if (gradY != null) {
      gradY.bind(workspace);
    }
    for (Part part : parts) {
      part.run(stream, in, out, workspace);
    }
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
    private final SetGradient ofA;
    private final SetGradient ofB;
    private final double[] variances;
    private final PairEngine engine;
    private final PairBegin begin;
    private final PairForward forward;
    private final PairBackward backward;
    private final Launch add;
    private final long gradientFactor;
    private final long blockSums;

    Part(Maker maker, int index, SetPoints a, SetPoints b, SetGradient ofA, SetGradient ofB) {
      this.a = a;
      this.b = b;
      this.ofA = ofA;
      this.ofB = ofB;
      this.variances = maker.op.variances();
      boolean isWithin = a == b;
      double weight = (isWithin ? 1.0 : -2.0) / a.rows().count() / b.rows().count();
      boolean isBackward = ofA != null || ofB != null;
      this.engine =
          CentredSets.distances(
              maker.device, launches, scratch, a, b, maker.options.strict(), isBackward);
      // Within a set every pair counts twice, as anchor and as tuple.
      this.begin = new PairBegin(engine, maker.inputs).gradientFactor((isWithin ? 2 : 1) * weight);
      this.gradientFactor = scratch.words(1);
      this.forward = isBackward ? null : new PairForward(engine, PairObjective.MIXTURE);
      this.blockSums = isBackward ? -1 : scratch.doubles(forward.blocks());
      this.backward =
          isBackward
              ? new PairBackward(
                  engine,
                  scratch,
                  PairObjective.MIXTURE,
                  true,
                  false,
                  ofA == null ? null : ofA.rows(!isWithin),
                  ofB == null ? List.of() : List.of(ofB.rows(true)))
              : null;
      this.add = maker.loss == null ? null : engine.rowLaunch(IMAGE, "mmd_part", PartParams.BYTES);
      if (add != null) {
        MemorySegment p = add.parameter();
        p.set(JAVA_DOUBLE, PartParams.WEIGHT, weight);
        p.set(JAVA_INT, PartParams.LOSS_TYPE, ScalarField.typeCode(maker.loss.dtype()));
        p.set(JAVA_INT, PartParams.PART, index);
        p.set(JAVA_INT, PartParams.IS_LAST, isWithin ? 0 : 1);
        p.set(
            JAVA_INT, PartParams.BLOCKS, isBackward ? backward.weigh().blocks() : forward.blocks());
        p.set(JAVA_INT, PartParams.STRIDE, isBackward ? 2 : 1);
      }
    }

    void run(long stream, Bindings in, Bindings out, long workspace) {
      long[] tuples = {b.centred()};
      engine.bind(workspace, a.centred(), tuples, 0);
      begin.run(stream, in, workspace + gradientFactor);
      engine.prepare(stream);
      if (backward == null) {
        forward.mixture(variances, workspace + blockSums);
        forward.run(stream);
      } else {
        backward.weigh().mixture(variances, workspace + gradientFactor);
        if (a == b) {
          backward.weigh().skipDiagonal();
        }
        long[] ofTuples = {ofB == null ? 0 : ofB.address()};
        backward.run(stream, ofA == null ? 0 : ofA.address(), ofTuples);
      }
      if (add != null) {
        MemorySegment p = add.parameter();
        p.set(
            JAVA_LONG,
            PartParams.SUMS,
            backward == null ? workspace + blockSums : backward.weigh().blockSums());
        p.set(JAVA_LONG, PartParams.PARTS, workspace + sums);
        p.set(JAVA_LONG, PartParams.LOSS, out.get("loss").address());
        add.enqueue(stream, 1, 1, 1);
      }
    }
  }

  /** Struct {@code PartParams} of kernels/src/mmd.cu. */
  private static final class PartParams {
    private static final StructLayout LAYOUT = new StructLayout();
    static final long SUMS = LAYOUT.pointer();
    static final long PARTS = LAYOUT.pointer();
    static final long LOSS = LAYOUT.pointer();
    static final long WEIGHT = LAYOUT.float64();
    static final long LOSS_TYPE = LAYOUT.int32();
    static final long BLOCKS = LAYOUT.int32();
    static final long STRIDE = LAYOUT.int32();
    static final long PART = LAYOUT.int32();
    static final long IS_LAST = LAYOUT.int32();
    static final long BYTES = LAYOUT.bytes();
  }
}
