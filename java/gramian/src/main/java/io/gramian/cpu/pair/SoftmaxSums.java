package io.gramian.cpu.pair;

import io.gramian.cpu.simd.ExpMath;
import io.gramian.cpu.simd.Resources;
import io.gramian.cpu.simd.Simd;
import io.gramian.cpu.simd.Strip;
import io.gramian.cpu.simd.StripMath;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/**
 * An online softmax over the scores of each anchor and of each tuple: the sums of their
 * exponentials, taken in block by block, and weights of scores from gradients of the logarithms of
 * the sums. What objectives over softmaxes share.
 */
public final class SoftmaxSums {
  /** Strips of a block: maxima and sums. */
  public static final int ROW_STRIPS = 2;

  private final ExpMath exps;
  private final StripMath math;
  private final RunningSums rows;
  private final RunningSums columns;
  private final float[] rowFactors;
  private final float[] columnFactors;
  private final double[] weightedScores;
  private double rowFactor;
  private double columnFactor;
  private LogitScale rowScale;
  private LogitScale columnScale;
  private ExpMath.RowTerms rowTerms;
  private float shift;

  /** Sums for fixed sizes. */
  public SoftmaxSums(Resources resources, int anchors, int tuples) {
    this.exps = resources.simd().exps();
    this.math = resources.simd().strips();
    this.rows = new RunningSums(resources, anchors);
    this.columns = new RunningSums(resources, tuples);
    this.rowFactors = resources.floats(Simd.room(anchors));
    this.columnFactors = resources.floats(tuples);
    this.weightedScores = resources.doubles(tuples);
  }

  /**
   * Starts a run with the factors of scores over an anchor's tuples and a tuple's anchors, which
   * have the same sign.
   */
  public void begin(double ofRows, double ofColumns) {
    rowFactor = ofRows;
    columnFactor = ofColumns;
    rowScale = LogitScale.of(ofRows);
    columnScale = LogitScale.of(ofColumns);
    rows.clear(rowScale.magnitude());
    columns.clear(columnScale.magnitude());
    Arrays.fill(weightedScores, 0);
  }

  /** How scores become logits. */
  public LogitScale scale() {
    return rowScale;
  }

  /** Takes in a block: tuples at once, anchors with {@link #merge}. */
  public void add(ScoreReader.Block block) {
    int maxima = block.rowsAt();
    int sums = maxima + block.stride();
    // Counted from the maxima so far: merging mostly needs no exponentials.
    System.arraycopy(rows.maxima(), block.anchor(), block.rows(), maxima, block.anchors());
    Arrays.fill(block.rows(), sums, sums + block.stride(), 0);
    float[] tops = new float[block.tuples()];
    for (int j = 0; j < tops.length; j++) {
      Strip strip = block.strip(j);
      rowScale.orient(strip.scores, strip.scoresAt, strip.length);
      int at = maxima + block.from(j);
      tops[j] = exps.maxima(strip.scores, strip.scoresAt, block.rows(), at, strip.length);
    }
    for (int j = 0; j < tops.length; j++) {
      Strip strip = block.strip(j);
      if (strip.length > 0) {
        int from = block.from(j);
        double sum =
            exps.softmaxSums(
                strip,
                rowScale.exponent(),
                block.rows(),
                maxima + from,
                sums + from,
                columnScale.exponent(),
                tops[j]);
        columns.add(strip.tuple, sum, tops[j]);
      }
    }
  }

  /** Adds a score to the sum of its anchor. */
  public void addToRow(int anchor, float score) {
    rows.add(anchor, 1, rowScale.sign() * score);
  }

  /** Adds a score to the sum of its tuple. */
  public void addToColumn(int tuple, float score) {
    columns.add(tuple, 1, columnScale.sign() * score);
  }

  /** A score like the largest logits of the first anchors. */
  public double typicalScore(int anchors) {
    return rowScale.sign() * rows.meanMaximum(anchors);
  }

  /** See {@link ScoreReader#merge}. */
  public void merge(ScoreReader.Block block, int from, int to) {
    for (int i = from; i < to; i++) {
      int at = block.rowsAt() + i;
      rows.add(block.anchor() + i, block.rows()[at + block.stride()], block.rows()[at]);
    }
  }

  /**
   * Ends the scores of a mirrored engine, which took in each pair once: the sums of an anchor and
   * of the tuple of its number become one, over all others.
   */
  public void unite() {
    for (int i = 0; i < rows.count(); i++) {
      rows.add(i, columns.sum(i), columns.maximum(i));
    }
    columns.copy(rows);
  }

  /**
   * Prepares the weights of scores from the gradients of the logarithms of the sums.
   *
   * @param typicalScore what {@link #weightedScores} counts scores from
   */
  public void beginWeights(
      IntToDoubleFunction ofRows, IntToDoubleFunction ofColumns, double typicalScore) {
    for (int i = 0; i < rows.count(); i++) {
      rowFactors[i] = factor(ofRows.applyAsDouble(i) * rowFactor, rows.sum(i));
    }
    for (int j = 0; j < columns.count(); j++) {
      columnFactors[j] = factor(ofColumns.applyAsDouble(j) * columnFactor, columns.sum(j));
    }
    rowTerms = rowTerms(rowFactors);
    shift = (float) typicalScore;
  }

  private static float factor(double gradient, double sum) {
    return gradient == 0 ? 0 : (float) (gradient / sum);
  }

  /** Weights of a strip, less a constant. */
  public void weigh(Strip strip, float constant) {
    weigh(strip, rowTerms, constant);
  }

  /** Terms of the anchors with other factors, one per anchor, padded as a strip. */
  public ExpMath.RowTerms rowTerms(float[] factors) {
    return new ExpMath.RowTerms(rowScale.exponent(), rows.maxima(), factors);
  }

  /** Weights of a strip with other terms of the anchors, less a constant. */
  public void weigh(Strip strip, ExpMath.RowTerms terms, float constant) {
    rowScale.orient(strip.scores, strip.scoresAt, strip.length);
    exps.softmaxWeights(
        strip,
        terms,
        columnScale.exponent(),
        columns.maximum(strip.tuple),
        columnFactors[strip.tuple],
        constant);
    rowScale.orient(strip.scores, strip.scoresAt, strip.length);
  }

  /** Adds the weights of a strip, times its scores, to {@link #weightedScores}. */
  public void addWeightedScores(Strip strip) {
    weightedScores[strip.tuple] +=
        math.shiftedDot(
            strip.weights, strip.weightsAt, strip.scores, strip.scoresAt, shift, strip.length);
  }

  /**
   * The sum over all weights so far of weight times score, the scores counted from the typical one:
   * weights that sum to zero do not mind, and little cancels.
   */
  public double weightedScores() {
    return Arrays.stream(weightedScores).sum();
  }

  /** Over the tuples of each anchor. */
  public RunningSums rows() {
    return rows;
  }

  /** Over the anchors of each tuple. */
  public RunningSums columns() {
    return columns;
  }
}
