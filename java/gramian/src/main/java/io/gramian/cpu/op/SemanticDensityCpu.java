package io.gramian.cpu.op;

import io.gramian.Bindings;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.device.Scalars;
import io.gramian.cpu.pair.PairEngine;
import io.gramian.cpu.set.Centre;
import io.gramian.cpu.set.DensitySums;
import io.gramian.cpu.set.OwnDensities;
import io.gramian.cpu.set.SetEngines;
import io.gramian.cpu.set.SetSpread;
import io.gramian.cpu.set.VectorSet;
import io.gramian.op.SemanticDensity;
import java.util.List;

/** {@link SemanticDensity}: the densities of both sets at all points, by their logarithms. */
final class SemanticDensityCpu extends CpuExecutor {
  private final double bandwidth;
  private final Side x;
  private final Side y;
  private final Centre centre;
  private final DensitySums between;
  private final PairEngine engine;

  SemanticDensityCpu(
      CpuDevice device, SemanticDensity op, Specs inputs, Specs outputs, PlanOptions options) {
    super(device, op, inputs, outputs, options);
    this.bandwidth = op.bandwidth();
    this.x = new Side("x", inputs, outputs);
    this.y = new Side("y", inputs, outputs);
    this.centre = new Centre(resources, x.set, y.set);
    this.between = new DensitySums(resources, x.ofOther, y.ofOther);
    this.engine = SetEngines.distances(resources, x.set, y.set, between);
  }

  @Override
  void run(Bindings in, Bindings out) {
    x.set.bind(in);
    y.set.bind(in);
    centre.apply();
    double scaleX = x.begin();
    double scaleY = y.begin();
    between.begin(scaleY, scaleX);
    engine.prepare();
    engine.forward(between);
    double ranges = 1 / x.spread.range() + 1 / y.spread.range();
    double weight = ranges * Scalars.input(in, "grad_loss", 1);
    double divergence = 0;
    for (int i = 0; i < x.set.count(); i++) {
      divergence += x.compare(i, between.row(i), weight);
    }
    for (int j = 0; j < y.set.count(); j++) {
      divergence += y.compare(j, between.column(j), weight);
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
    engine.backward(between, x.set.gradient(), List.of(y.set.gradient()));
    x.backward(between.ofColumnScale(), divergence);
    y.backward(between.ofRowScale(), divergence);
  }

  /** One of the two sets: its points, their densities within it, and their gradients. */
  private final class Side {
    final VectorSet set;
    final SetSpread spread;
    final double[] ofOther;
    private final double[] ofOwn;
    private final OwnDensities within;
    private final PairEngine engine;

    Side(String name, Specs inputs, Specs outputs) {
      this.set = new VectorSet(resources, name, inputs, outputs, false);
      this.spread = new SetSpread(resources, set);
      this.ofOwn = resources.doubles(set.count());
      this.ofOther = resources.doubles(set.count());
      this.within = new OwnDensities(resources, ofOwn);
      this.engine = SetEngines.ownDistances(resources, set, within);
    }

    /** Finds the densities within the set; returns the factor of scores in its exponents. */
    double begin() {
      spread.measure();
      double scale = 1 / (4 * bandwidth * bandwidth * spread.variance());
      within.begin(scale);
      engine.prepare();
      engine.forward(within);
      return scale;
    }

    /**
     * (p - q) log(p / q) of the densities of this and the other set at a point; keeps weight times
     * its gradients with respect to log p and log q.
     */
    double compare(int point, double otherLogSum, double weight) {
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
      if (!set.wantsGradient()) {
        return;
      }
      engine.backward(within, set.gradient(), List.of(set.gradient()));
      double ofVariance = -(within.ofScale() + ofScale) / spread.variance();
      spread.addGradients(ofVariance, -divergence / (spread.range() * spread.range()));
    }
  }
}
