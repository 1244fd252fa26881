package io.gramian.cpu.op;

import io.gramian.Bindings;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.device.CpuExecutor;
import io.gramian.cpu.device.Gradient;
import io.gramian.cpu.device.Scalars;
import io.gramian.cpu.pair.PairEngine;
import io.gramian.cpu.set.Centre;
import io.gramian.cpu.set.DensitySums;
import io.gramian.cpu.set.OwnDensities;
import io.gramian.cpu.set.SetEngines;
import io.gramian.cpu.set.SetSpread;
import io.gramian.cpu.set.VectorSet;
import io.gramian.cpu.simd.Simd;
import io.gramian.op.SemanticDensity;
import io.gramian.op.Sizes;
import java.util.List;

/** {@link SemanticDensity}: the densities of both sets at all points, by their logarithms. */
final class SemanticDensityCpu extends CpuExecutor {
  private final double bandwidth;
  private final Side x;
  private final Side y;
  private final Centre centre;
  private final DensitySums between;
  private final PairEngine betweenEngine;

  SemanticDensityCpu(
      CpuDevice device, SemanticDensity op, Specs inputs, Specs outputs, PlanOptions options) {
    super(op, inputs, outputs, options);
    this.bandwidth = op.bandwidth();
    Sizes sizes = op.check(inputs, outputs);
    int d = sizes.intOf("d");
    this.x = new Side(device, "x", sizes.intOf("Bx"), d, outputs.has("grad_x"));
    this.y = new Side(device, "y", sizes.intOf("By"), d, outputs.has("grad_y"));
    this.centre = new Centre(device, List.of(x.set, y.set), d);
    this.between = new DensitySums(Simd.of(device), x.set.count(), y.set.count());
    this.betweenEngine =
        SetEngines.distances(
            device,
            x.set,
            y.set,
            d,
            between.rowStrips(),
            outputs.has("grad_x"),
            outputs.has("grad_y"));
  }

  @Override
  public long ownedBytes() {
    return x.bytes() + y.bytes() + centre.bytes() + between.bytes() + betweenEngine.bytes();
  }

  @Override
  public void run(Bindings in, Bindings out) {
    x.set.bind(in);
    y.set.bind(in);
    centre.apply();
    double scaleX = x.begin(bandwidth);
    double scaleY = y.begin(bandwidth);
    between.begin(scaleY, scaleX);
    betweenEngine.prepare();
    betweenEngine.forward(between);
    double ranges = 1 / x.spread.range() + 1 / y.spread.range();
    double weight = ranges * Scalars.input(in, "grad_loss", 1);
    double divergence = 0;
    for (int i = 0; i < x.set.count(); i++) {
      divergence += x.compare(i, between.row(i), weight, bandwidth);
    }
    for (int j = 0; j < y.set.count(); j++) {
      divergence += y.compare(j, between.column(j), weight, bandwidth);
    }
    Scalars.output(out, "loss", divergence * ranges, false);
    if (wantsGradients) {
      backward(divergence * weight / ranges);
      x.set.write(out, accumulate);
      y.set.write(out, accumulate);
    }
  }

  /** Adds all gradients, given the divergence times the upstream gradient. */
  private void backward(double divergence) {
    between.beginWeights(x.ofOther, y.ofOther);
    betweenEngine.backward(between, x.set.gradient(), List.of(y.set.gradient()));
    x.backward(between.ofColumnScale(), divergence);
    y.backward(between.ofRowScale(), divergence);
  }

  /** One of the two sets: its points, their densities within it, and their gradients. */
  private static final class Side {
    final VectorSet set;
    final SetSpread spread;
    final double[] ofOwn;
    final double[] ofOther;
    private final OwnDensities within;
    private final PairEngine engine;

    Side(CpuDevice device, String name, int count, int d, boolean backward) {
      this.set = new VectorSet(Simd.of(device), name, count, d, false, backward);
      this.spread = new SetSpread(device, set, d);
      this.ofOwn = new double[count];
      this.ofOther = new double[count];
      this.within = new OwnDensities(Simd.of(device), count);
      this.engine = SetEngines.ownDistances(device, set, d, within.rowStrips(), backward);
    }

    long bytes() {
      return set.bytes() + spread.bytes() + within.bytes() + engine.bytes() + 16L * ofOwn.length;
    }

    /** Finds the densities within the set; returns the factor of scores in its exponents. */
    double begin(double bandwidth) {
      spread.measure();
      double scale = 1 / (4 * bandwidth * bandwidth * spread.variance());
      within.begin(scale);
      engine.prepare();
      engine.forward(within);
      within.end();
      return scale;
    }

    /**
     * (p - q) log(p / q) of the densities of this and the other set at a point; keeps weight times
     * its gradients with respect to log p and log q.
     */
    double compare(int point, double otherLogSum, double weight, double bandwidth) {
      double logSum = within.log(point);
      double constant = 3 / (32 * Math.PI * bandwidth * bandwidth);
      double p = constant * Math.exp(logSum);
      double q = constant * Math.exp(otherLogSum);
      double logRatio = logSum - otherLogSum;
      ofOwn[point] = weight * (p * logRatio + (p - q));
      ofOther[point] = weight * (-q * logRatio - (p - q));
      return (p - q) * logRatio;
    }

    /**
     * Adds the gradients within the set.
     *
     * @param ofScale the gradient of the logarithm of the scale outside of the set
     */
    void backward(double ofScale, double divergence) {
      Gradient gradient = set.gradient();
      if (!gradient.isWanted()) {
        return;
      }
      within.beginWeights(ofOwn);
      engine.backward(within, gradient, List.of(gradient));
      double ofVariance = -(within.ofScale() + ofScale) / spread.variance();
      spread.addGradients(ofVariance, -divergence / (spread.range() * spread.range()));
    }
  }
}
