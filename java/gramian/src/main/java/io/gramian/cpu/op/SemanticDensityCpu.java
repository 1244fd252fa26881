package io.gramian.cpu.op;

import io.gramian.Bindings;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.device.Scalars;
import io.gramian.cpu.pair.PairEngine;
import io.gramian.cpu.set.Centre;
import io.gramian.cpu.set.DensitySums;
import io.gramian.cpu.set.DistanceScore;
import io.gramian.cpu.set.ExactDensities;
import io.gramian.cpu.set.OwnDensities;
import io.gramian.cpu.set.SetEngines;
import io.gramian.cpu.set.SetSpread;
import io.gramian.cpu.set.VectorSet;
import io.gramian.op.SemanticDensity;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/** {@link SemanticDensity}: the densities of both sets at all points, by their logarithms. */
final class SemanticDensityCpu extends CpuExecutor {
  /**
   * Where the divergence is less of the densities, per point, float32 exponentials leave it too few
   * digits. That of two samples of one distribution is mostly more.
   */
  private static final double CANCELLATION = 0.01;

  private final double bandwidth;
  private final Side x;
  private final Side y;
  private final Centre centre;
  private final DensitySums between;
  private final DistanceScore distances;
  private final PairEngine engine;
  private final ExactDensities exact;

  SemanticDensityCpu(
      CpuDevice device, SemanticDensity op, Specs inputs, Specs outputs, PlanOptions options) {
    super(device, op, inputs, outputs, options);
    this.bandwidth = op.bandwidth();
    this.x = new Side("x", inputs, outputs);
    this.y = new Side("y", inputs, outputs);
    this.centre = new Centre(resources, x.set, y.set);
    this.between = new DensitySums(resources, x.ofOther, y.ofOther);
    this.distances = SetEngines.score(resources, x.set, y.set);
    this.engine = SetEngines.distances(resources, x.set, y.set, distances, between);
    this.exact = new ExactDensities(resources, x.set, y.set);
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
    double divergence = x.compare(between::row, weight) + y.compare(between::column, weight);
    if (lacksDigits(divergence)) {
      runExactly(in, out);
      return;
    }
    Scalars.output(out, "loss", divergence * ranges, false);
    if (wantsGradients) {
      backward(divergence * weight / ranges);
      x.set.write(out, accumulate);
      y.set.write(out, accumulate);
    }
  }

  private boolean lacksDigits(double divergence) {
    double densities = x.densities + y.densities;
    int count = Math.min(x.set.count(), y.set.count());
    boolean hasNearPairs =
        x.distances.hasNearPairs() || y.distances.hasNearPairs() || distances.hasNearPairs();
    return wantsGradients && hasNearPairs || divergence < CANCELLATION * densities / count;
  }

  /** In float64, from the points as they are. */
  private void runExactly(Bindings in, Bindings out) {
    x.set.bind(in);
    y.set.bind(in);
    x.spread.measure();
    y.spread.measure();
    exact.measure(1 / x.scale(), 1 / y.scale());
    double ranges = 1 / x.spread.range() + 1 / y.spread.range();
    double weight = ranges * Scalars.input(in, "grad_loss", 1);
    double divergence = 0;
    for (int i = 0; i < x.set.count(); i++) {
      divergence += compareExactly(0, i, weight);
    }
    for (int j = 0; j < y.set.count(); j++) {
      divergence += compareExactly(1, x.set.count() + j, weight);
    }
    Scalars.output(out, "loss", divergence * ranges, false);
    if (wantsGradients) {
      exact.addGradients();
      double upstream = divergence * weight / ranges;
      x.spread.addGradients(
          exact.ofDivisor(0) / x.spread.variance(), -upstream / square(x.spread.range()));
      y.spread.addGradients(
          exact.ofDivisor(1) / y.spread.variance(), -upstream / square(y.spread.range()));
      x.set.write(out, accumulate);
      y.set.write(out, accumulate);
    }
  }

  private double compareExactly(int set, int point, double weight) {
    Comparison densities = new Comparison(exact.log(set, point), exact.log(1 - set, point));
    exact.setGradient(set, point, weight * densities.ofOwn());
    exact.setGradient(1 - set, point, weight * densities.ofOther());
    return densities.divergence();
  }

  private static double square(double value) {
    return value * value;
  }

  /**
   * (p - q) log(p / q) of the densities of a point's own and the other set, given by logarithms.
   */
  private final class Comparison {
    final double p;
    final double q;
    private final double logRatio;

    Comparison(double own, double other) {
      double constant = 3 / (32 * Math.PI * bandwidth * bandwidth);
      this.p = constant * Math.exp(own);
      this.q = constant * Math.exp(other);
      this.logRatio = own - other;
    }

    double divergence() {
      return (p - q) * logRatio;
    }

    /** The gradient with respect to log p. */
    double ofOwn() {
      return p * logRatio + (p - q);
    }

    /** The gradient with respect to log q. */
    double ofOther() {
      return -q * logRatio - (p - q);
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
    final DistanceScore distances;

    /** Sum of the means of both densities over the points. */
    double densities;

    private final OwnDensities within;
    private final PairEngine engine;

    Side(String name, Specs inputs, Specs outputs) {
      this.set = new VectorSet(resources, name, inputs, outputs, false);
      this.spread = new SetSpread(resources, set);
      this.ofOwn = resources.doubles(set.count());
      this.ofOther = resources.doubles(set.count());
      this.within = new OwnDensities(resources, ofOwn);
      this.distances = SetEngines.score(resources, set, set);
      this.engine = SetEngines.ownDistances(resources, set, distances, within);
    }

    /** Finds the densities within the set; returns the factor of scores in its exponents. */
    double begin() {
      spread.measure();
      double scale = scale();
      within.begin(scale);
      engine.prepare();
      engine.forward(within);
      return scale;
    }

    /** Sum of (p - q) log(p / q) over the set; keeps weight times its gradients. */
    double compare(IntToDoubleFunction otherLog, double weight) {
      double sum = 0;
      densities = 0;
      for (int i = 0; i < set.count(); i++) {
        Comparison point = new Comparison(within.log(i), otherLog.applyAsDouble(i));
        ofOwn[i] = weight * point.ofOwn();
        ofOther[i] = weight * point.ofOther();
        densities += (point.p + point.q) / 2;
        sum += point.divergence();
      }
      return sum;
    }

    /** The factor of scores in its exponents. */
    double scale() {
      return 1 / (4 * bandwidth * bandwidth * spread.variance());
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
