package io.gramian.cpu.set;

import io.gramian.cpu.pair.PairObjective;
import io.gramian.cpu.pair.SoftmaxSums;
import io.gramian.cpu.simd.ExpMath;
import io.gramian.cpu.simd.Resources;
import io.gramian.cpu.simd.Simd;
import io.gramian.cpu.simd.Strip;
import io.gramian.cpu.simd.StripMath;
import java.util.Arrays;

/**
 * Logarithms of the sums of exp(scale * score) over the tuples of each anchor and the anchors of
 * each tuple, each with its own scale, and back from their gradients.
 */
public final class DensitySums extends PairObjective {
  private final StripMath math;
  private final SoftmaxSums sums;
  private final double[] ofRows;
  private final double[] ofColumns;
  private final double[] columnScores;
  private final float[] noFactors;
  private ExpMath.RowTerms noTerms;

  /**
   * Densities at all anchors and all tuples.
   *
   * @param ofRows gradients of the logarithms of anchors, there before the weights
   * @param ofColumns those of tuples
   */
  public DensitySums(Resources resources, double[] ofRows, double[] ofColumns) {
    this.math = resources.simd().strips();
    this.sums = new SoftmaxSums(resources, ofRows.length, ofColumns.length);
    this.ofRows = ofRows;
    this.ofColumns = ofColumns;
    this.columnScores = resources.doubles(ofColumns.length);
    this.noFactors = resources.floats(Simd.room(ofRows.length));
  }

  /** Starts a run. */
  public void begin(double rowScale, double columnScale) {
    sums.begin(rowScale, columnScale);
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

  /** The logarithm of the sum of an anchor. */
  public double row(int anchor) {
    return sums.rows().log(anchor);
  }

  /** The logarithm of the sum of a tuple. */
  public double column(int tuple) {
    return sums.columns().log(tuple);
  }

  @Override
  public void beginWeights() {
    Arrays.fill(columnScores, 0);
    noTerms = sums.rowTerms(noFactors);
    sums.beginWeights(i -> ofRows[i], j -> ofColumns[j], 0);
  }

  @Override
  public void weigh(Strip strip) {
    sums.weigh(strip, noTerms, 0);
    columnScores[strip.tuple] +=
        math.dot(strip.weights, strip.weightsAt, strip.scores, strip.scoresAt, strip.length);
    sums.weigh(strip, 0);
    sums.addWeightedScores(strip);
  }

  /** The gradient of the logarithm of the row scale, once all weights have been made. */
  public double ofRowScale() {
    return sums.weightedScores() - ofColumnScale();
  }

  /** The gradient of the logarithm of the column scale, once all weights have been made. */
  public double ofColumnScale() {
    return Arrays.stream(columnScores).sum();
  }
}
