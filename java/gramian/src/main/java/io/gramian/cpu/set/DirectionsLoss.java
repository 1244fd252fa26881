package io.gramian.cpu.set;

import io.gramian.Bindings;
import io.gramian.cpu.device.Scalars;
import io.gramian.cpu.pair.CrossEntropy;
import io.gramian.cpu.pair.PairObjective;
import io.gramian.cpu.pair.SoftmaxSums;
import io.gramian.cpu.simd.Resources;
import io.gramian.cpu.simd.Strip;

/**
 * The mean cross-entropy of each row of the inner products of a set with itself, the row's own as
 * its target. For a mirrored engine: a weight is the sum of those of (i, j) and (j, i). Rows have
 * length 1 or 0, so that their own inner products are constants.
 */
public final class DirectionsLoss extends PairObjective {
  /** Tells the squared length of a row. */
  @FunctionalInterface
  public interface Own {
    float of(int row);
  }

  private final int count;
  private final Own own;
  private final double weight;
  private final double factor;
  private final SoftmaxSums sums;
  private double upstream;
  private double loss;

  /**
   * A loss over so many rows.
   *
   * @param weight of the loss
   */
  public DirectionsLoss(
      Resources resources, int count, Own own, double temperature, double weight) {
    this.count = count;
    this.own = own;
    this.weight = weight;
    this.factor = 1 / temperature;
    this.sums = new SoftmaxSums(resources, count, count);
  }

  @Override
  public void begin(Bindings in, Bindings out) {
    upstream = Scalars.input(in, "grad_loss", 1);
    sums.begin(factor, factor);
  }

  @Override
  public int rowStrips() {
    return SoftmaxSums.ROW_STRIPS;
  }

  @Override
  public void add(Block block) {
    sums.add(block);
  }

  @Override
  public void merge(Block block, int from, int to) {
    sums.merge(block, from, to);
  }

  /** Targets join the sums. */
  @Override
  public void end() {
    sums.unite();
    double sum = 0;
    for (int i = 0; i < count; i++) {
      double others = CrossEntropy.margin(sums.rows().log(i), factor * own.of(i));
      sum += CrossEntropy.loss(others);
      sums.rows().add(i, 1, own.of(i));
      sums.columns().add(i, 1, own.of(i));
    }
    loss = weight * sum / count;
  }

  /** The loss, times its weight. */
  public double value() {
    return loss;
  }

  @Override
  public void beginWeights() {
    double each = upstream * weight / count;
    sums.beginWeights(_ -> each, _ -> each, 0);
  }

  @Override
  public void weigh(Strip strip) {
    sums.weigh(strip, 0);
  }
}
