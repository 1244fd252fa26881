package io.gramian.reference.math;

import io.gramian.Bindings;

/**
 * Cross-entropies of softmaxes over scores / temperature.
 *
 * @param temperature where none is bound
 * @param smoothing of the labels
 */
public record InfoNce(double temperature, double smoothing) implements PairObjective {
  @Override
  public ScoreLoss overTuples(Bindings in, double[] scores, int anchors, int tuples, int[] labels) {
    double bound = Inputs.scalar(in, "temperature", temperature);
    double[] logits = Dense.scale(scores.clone(), 1 / bound);
    double[] gradient = new double[logits.length];
    double loss = add(logits, anchors, tuples, labels, smoothing, gradient);
    return ScoreLoss.ofLogits(loss, logits, gradient, bound);
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
   * @param gradient the gradient of the logits is added to it
   */
  public static double add(
      double[] logits, int anchors, int tuples, int[] labels, double smoothing, double[] gradient) {
    double weight = 0.5 / labels.length;
    double sum = 0;
    for (int i = 0; i < labels.length; i++) {
      int label = labels[i];
      sum += CrossEntropy.add(logits, i * tuples, 1, tuples, label, smoothing, weight, gradient);
      sum += CrossEntropy.add(logits, label, tuples, anchors, i, smoothing, weight, gradient);
    }
    return weight * sum;
  }
}
