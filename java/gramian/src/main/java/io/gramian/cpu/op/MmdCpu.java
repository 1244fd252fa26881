package io.gramian.cpu.op;

import io.gramian.Bindings;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.device.Scalars;
import io.gramian.cpu.pair.PairEngine;
import io.gramian.cpu.set.Centre;
import io.gramian.cpu.set.DistanceScore;
import io.gramian.cpu.set.ExactMmd;
import io.gramian.cpu.set.KernelSum;
import io.gramian.cpu.set.SetEngines;
import io.gramian.cpu.set.VectorSet;
import io.gramian.op.Mmd;
import java.util.List;

/** {@link Mmd}: kernel sums over X with X, Y with Y and X with Y. */
final class MmdCpu extends CpuExecutor {
  /**
   * Where the loss is less of its terms, per point, float32 kernels leave it too few digits. That
   * of two samples of one distribution is mostly more.
   */
  private static final double CANCELLATION = 0.1;

  private final double[] variances;
  private final VectorSet x;
  private final VectorSet y;
  private final Centre centre;
  private final List<Part> parts;
  private final ExactMmd exact;

  MmdCpu(CpuDevice device, Mmd op, Specs inputs, Specs outputs, PlanOptions options) {
    super(device, op, inputs, outputs, options);
    this.variances = op.variances();
    this.x = new VectorSet(resources, "x", inputs, outputs, false);
    this.y = new VectorSet(resources, "y", inputs, outputs, false);
    this.centre = new Centre(resources, x, y);
    this.parts = List.of(within(x), within(y), between());
    this.exact = new ExactMmd(resources, x, y, variances);
  }

  /** Every pair of a set is met once and counts twice. */
  private Part within(VectorSet set) {
    double each = 1 / ((double) set.count() * set.count());
    boolean backward = set.wantsGradient();
    KernelSum kernel = new KernelSum(resources, variances, set.count(), 2 * each, backward);
    DistanceScore score = SetEngines.score(resources, set, set);
    PairEngine engine = SetEngines.ownDistances(resources, set, score, kernel);
    // A point with itself: every exponential is 1.
    double ofEqualPoints = each * set.count() * variances.length;
    return new Part(kernel, score, engine, set, set, backward, ofEqualPoints);
  }

  private Part between() {
    double factor = -2 / ((double) x.count() * y.count());
    boolean backward = x.wantsGradient() || y.wantsGradient();
    KernelSum kernel = new KernelSum(resources, variances, y.count(), factor, backward);
    DistanceScore score = SetEngines.score(resources, x, y);
    PairEngine engine = SetEngines.distances(resources, x, y, score, kernel);
    return new Part(kernel, score, engine, x, y, backward, 0);
  }

  @Override
  void run(Bindings in, Bindings out) {
    x.bind(in);
    y.bind(in);
    centre.apply();
    double loss = 0;
    double largest = 0;
    boolean hasNearPairs = false;
    for (Part part : parts) {
      double value = part.run(in, out);
      loss += value;
      largest = Math.max(largest, value);
      hasNearPairs |= part.backward() && part.score().hasNearPairs();
    }
    if (hasNearPairs || loss < CANCELLATION * largest / Math.min(x.count(), y.count())) {
      x.bind(in);
      y.bind(in);
      loss = exact.run(Scalars.input(in, "grad_loss", 1), wantsGradients);
    }
    Scalars.output(out, "loss", loss, false);
    x.write(out, accumulate);
    y.write(out, accumulate);
  }

  /** A multiple of the mean kernel of two sets, or of a set with itself. */
  private record Part(
      KernelSum kernel,
      DistanceScore score,
      PairEngine engine,
      VectorSet a,
      VectorSet b,
      boolean backward,
      double constant) {
    /** Adds gradients; returns the value. */
    double run(Bindings in, Bindings out) {
      engine.run(kernel, in, out, backward, a.gradient(), List.of(b.gradient()));
      return kernel.value() + constant;
    }
  }
}
