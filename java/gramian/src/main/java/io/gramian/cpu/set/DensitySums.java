package io.gramian.cpu.set;

import io.gramian.cpu.pair.PairObjective;
import io.gramian.cpu.pair.SoftmaxSums;
import io.gramian.cpu.pair.Strip;
import io.gramian.cpu.simd.Simd;
import java.util.Arrays;

/**
 * Logarithms of the sums of exp(scale * score) over the tuples of each anchor and the anchors of
 * each tuple, each with its own scale, and back from their gradients.
 */
public final class DensitySums extends PairObjective {
  private final Simd simd;
  private final SoftmaxSums sums;
  private final float[] noFactors;
  private final float[] rowFactors;
  private final float[] columnFactors;
  private final double[] allScores;
  private final double[] columnScores;
  private double rowScale;
  private double columnScale;

  public DensitySums(Simd simd, int anchors, int tuples) {
    this.simd = simd;
    this.sums = new SoftmaxSums(simd, anchors, tuples);
    this.noFactors = new float[Simd.room(anchors)];
    this.rowFactors = new float[noFactors.length];
    this.columnFactors = new float[tuples];
    this.allScores = new double[tuples];
    this.columnScores = new double[tuples];
  }

  /** Starts a run. */
  public void begin(double newRowScale, double newColumnScale) {
    rowScale = newRowScale;
    columnScale = newColumnScale;
    sums.begin(rowScale, columnScale);
    Arrays.fill(allScores, 0);
    Arrays.fill(columnScores, 0);
  }

  public long bytes() {
    return sums.bytes()
        + 4L * (2 * noFactors.length + columnFactors.length)
        + 16L * allScores.length;
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

  /** Takes the gradients of the logarithms. */
  public void beginWeights(double[] ofRows, double[] ofColumns) {
    for (int i = 0; i < ofRows.length; i++) {
      rowFactors[i] = (float) (ofRows[i] * rowScale / sums.rows().sum(i));
    }
    for (int j = 0; j < ofColumns.length; j++) {
      columnFactors[j] = (float) (ofColumns[j] * columnScale / sums.columns().sum(j));
    }
  }

  @Override
  public void weigh(Strip strip) {
    int tuple = strip.tuple;
    sums.weigh(strip, noFactors, columnFactors[tuple], 0);
    columnScores[tuple] += weightedScores(strip);
    sums.weigh(strip, rowFactors, columnFactors[tuple], 0);
    allScores[tuple] += weightedScores(strip);
  }

  private double weightedScores(Strip strip) {
    return simd.strips()
        .dot(strip.weights, strip.weightsAt, strip.scores, strip.scoresAt, strip.length);
  }

  /** The gradient of the logarithm of the row scale, once all weights have been made. */
  public double ofRowScale() {
    return Arrays.stream(allScores).sum() - ofColumnScale();
  }

  /** The gradient of the logarithm of the column scale, once all weights have been made. */
  public double ofColumnScale() {
    return Arrays.stream(columnScores).sum();
  }
}
