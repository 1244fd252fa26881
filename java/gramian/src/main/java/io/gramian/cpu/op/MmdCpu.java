package io.gramian.cpu.op;

import io.gramian.Bindings;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.device.CpuExecutor;
import io.gramian.cpu.device.Scalars;
import io.gramian.cpu.pair.PairEngine;
import io.gramian.cpu.set.Centre;
import io.gramian.cpu.set.KernelSum;
import io.gramian.cpu.set.SetEngines;
import io.gramian.cpu.set.VectorSet;
import io.gramian.cpu.simd.Simd;
import io.gramian.op.Mmd;
import io.gramian.op.Sizes;
import java.util.List;

/** {@link Mmd}: kernel sums over X with X, Y with Y and X with Y. */
final class MmdCpu extends CpuExecutor {
  private final VectorSet x;
  private final VectorSet y;
  private final Centre centre;
  private final Part withinX;
  private final Part withinY;
  private final Part between;

  MmdCpu(CpuDevice device, Mmd op, Specs inputs, Specs outputs, PlanOptions options) {
    super(op, inputs, outputs, options);
    Sizes sizes = op.check(inputs, outputs);
    int d = sizes.intOf("d");
    this.x =
        new VectorSet(Simd.of(device), "x", sizes.intOf("Bx"), d, false, outputs.has("grad_x"));
    this.y =
        new VectorSet(Simd.of(device), "y", sizes.intOf("By"), d, false, outputs.has("grad_y"));
    this.centre = new Centre(device, List.of(x, y), d);
    boolean ofX = outputs.has("grad_x");
    boolean ofY = outputs.has("grad_y");
    this.withinX = new Part(device, op, x, x, d, ofX, ofX);
    this.withinY = new Part(device, op, y, y, d, ofY, ofY);
    this.between = new Part(device, op, x, y, d, ofX, ofY);
  }

  @Override
  public long ownedBytes() {
    return x.bytes()
        + y.bytes()
        + centre.bytes()
        + withinX.bytes()
        + withinY.bytes()
        + between.bytes();
  }

  @Override
  public void run(Bindings in, Bindings out) {
    x.bind(in);
    y.bind(in);
    centre.apply();
    double upstream = Scalars.input(in, "grad_loss", 1);
    double loss = withinX.run(1, upstream) + withinY.run(1, upstream) + between.run(-2, upstream);
    Scalars.output(out, "loss", loss, false);
    x.write(out, accumulate);
    y.write(out, accumulate);
  }

  /** The mean kernel of two sets, or of a set with itself. */
  private static final class Part {
    private final VectorSet a;
    private final VectorSet b;
    private final KernelSum kernel;
    private final PairEngine engine;
    private final boolean backward;
    private final double ofEqualPoints;

    Part(CpuDevice device, Mmd op, VectorSet a, VectorSet b, int d, boolean ofA, boolean ofB) {
      this.a = a;
      this.b = b;
      this.backward = ofA || ofB;
      this.kernel = new KernelSum(Simd.of(device), op.variances(), b.count());
      this.engine =
          a == b
              ? SetEngines.ownDistances(device, a, d, kernel.rowStrips(), ofA)
              : SetEngines.distances(device, a, b, d, kernel.rowStrips(), ofA, ofB);
      // A point with itself: every exponential is 1.
      this.ofEqualPoints = a == b ? (double) a.count() * op.variances().length : 0;
    }

    long bytes() {
      return kernel.bytes() + engine.bytes();
    }

    /** Adds gradients; returns factor times the mean. */
    double run(double factor, double upstream) {
      double each = factor / ((double) a.count() * b.count());
      engine.prepare();
      // Within a set the engine meets every pair once; it counts twice.
      int times = a == b ? 2 : 1;
      kernel.begin(times * each * upstream);
      if (backward) {
        engine.backward(kernel, a.gradient(), List.of(b.gradient()));
      } else {
        engine.forward(kernel);
      }
      return each * (times * kernel.sum() + ofEqualPoints);
    }
  }
}
