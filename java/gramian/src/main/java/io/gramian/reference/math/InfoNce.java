package io.gramian.reference.math;

import io.gramian.Bindings;
import java.util.Map;

/**
 * Cross-entropies of softmaxes over scores / temperature.
 *
 * @param temperature where none is bound
 * @param smoothing of the labels
 * @param gatherWithGrad whether gradients of rows and columns go on to anchors and members alike
 */
public record InfoNce(double temperature, double smoothing, boolean gatherWithGrad)
    implements PairObjective {
  @Override
  public ScoreLoss overTuples(Bindings in, double[] scores, int anchors, int tuples, int[] labels) {
    double bound = Inputs.scalar(in, "temperature", temperature);
    CrossEntropySum rows = new CrossEntropySum(scores, 1 / bound);
    if (gatherWithGrad) {
      double loss = add(rows, anchors, tuples, labels, smoothing);
      return new ScoreLoss(loss, rows.ofScores(), Map.of("temperature", rows.ofTemperature()));
    }
    CrossEntropySum columns = new CrossEntropySum(scores, 1 / bound);
    double loss = add(rows, columns, anchors, tuples, labels, smoothing);
    double ofTemperature = rows.ofTemperature() + columns.ofTemperature();
    return new ScoreLoss(
        loss, rows.ofScores(), columns.ofScores(), Map.of("temperature", ofTemperature));
  }

  /** See {@link ProductLoss}; it knows no label smoothing. */
  @Override
  public ScoreLoss overProduct(Bindings in, double[] scores, int modalities, int batch) {
    double bound = Inputs.scalar(in, "temperature", temperature);
    return ProductLoss.of(scores, modalities, batch, bound);
  }

  /**
   * 1/(2 targets) sum_i [CE(row i, column l_i) + CE(column l_i, row i)] over the anchors that have
   * a target; the others are negatives in the columns.
   *
   * @param labels the targets of the first anchors
   */
  public static double add(
      CrossEntropySum scores, int anchors, int tuples, int[] labels, double smoothing) {
    return add(scores, scores, anchors, tuples, labels, smoothing);
  }

  private static double add(
      CrossEntropySum rows,
      CrossEntropySum columns,
      int anchors,
      int tuples,
      int[] labels,
      double smoothing) {
    double weight = 0.5 / labels.length;
    double sum = 0;
    for (int i = 0; i < labels.length; i++) {
      int label = labels[i];
      sum += rows.add(i * tuples, 1, tuples, label, smoothing, weight);
      sum += columns.add(label, tuples, anchors, i, smoothing, weight);
    }
    return weight * sum;
  }
}
