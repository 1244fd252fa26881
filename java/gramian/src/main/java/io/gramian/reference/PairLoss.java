package io.gramian.reference;

import io.gramian.Bindings;
import io.gramian.op.Objective;
import java.util.Map;

/**
 * A loss of a matrix of scores and its gradients.
 *
 * @param loss the loss
 * @param scoreGradient its gradient with respect to each score
 * @param scalarGradients those with respect to the scalars of the objective, by name
 */
record PairLoss(double loss, double[] scoreGradient, Map<String, Double> scalarGradients) {

  /**
   * An objective over the scores of anchors and tuples.
   *
   * @param in may hold the scalars of the objective
   * @param scores [anchors,tuples]
   * @param labels the tuple of each anchor
   */
  static PairLoss of(
      Objective objective, Bindings in, double[] scores, int anchors, int tuples, int[] labels) {
    return switch (objective) {
      case Objective.InfoNce infoNce -> {
        double temperature = ReferenceExecutor.scalar(in, "temperature", infoNce.temperature());
        double[] logits = Dense.scale(scores.clone(), 1 / temperature);
        double[] gradient = new double[logits.length];
        double loss = infoNce(logits, anchors, tuples, labels, infoNce.labelSmoothing(), gradient);
        yield ofLogits(loss, logits, gradient, temperature);
      }
      case Objective.Sigmoid sigmoid ->
          sigmoid(
              scores,
              anchors,
              tuples,
              labels,
              ReferenceExecutor.scalar(in, "scale", sigmoid.scale()),
              ReferenceExecutor.scalar(in, "bias", sigmoid.bias()));
    };
  }

  /**
   * A loss of logits = scores / temperature, seen as one of the scores and the temperature.
   *
   * @param gradient with respect to the logits
   */
  static PairLoss ofLogits(double loss, double[] logits, double[] gradient, double temperature) {
    double ofTemperature = -Dense.dot(gradient, 0, logits, 0, logits.length) / temperature;
    return new PairLoss(
        loss, Dense.scale(gradient.clone(), 1 / temperature), Map.of("temperature", ofTemperature));
  }

  /**
   * 1/(2 anchors) sum_i [CE(row i, column l_i) + CE(column l_i, row i)].
   *
   * @param gradient the gradient of the logits is added to it
   */
  static double infoNce(
      double[] logits, int anchors, int tuples, int[] labels, double smoothing, double[] gradient) {
    double weight = 0.5 / anchors;
    double sum = 0;
    for (int i = 0; i < anchors; i++) {
      int label = labels[i];
      sum += CrossEntropy.add(logits, i * tuples, 1, tuples, label, smoothing, weight, gradient);
      sum += CrossEntropy.add(logits, label, tuples, anchors, i, smoothing, weight, gradient);
    }
    return weight * sum;
  }

  /** -1/anchors sum_ij log sigma(y_ij (scale S_ij + bias)), y = 1 where j = l_i, else -1. */
  private static PairLoss sigmoid(
      double[] scores, int anchors, int tuples, int[] labels, double scale, double bias) {
    double loss = 0;
    double ofScale = 0;
    double ofBias = 0;
    double[] gradient = new double[scores.length];
    for (int i = 0; i < anchors; i++) {
      for (int j = 0; j < tuples; j++) {
        int at = i * tuples + j;
        double y = j == labels[i] ? 1 : -1;
        double margin = y * (scale * scores[at] + bias);
        loss += softplus(-margin) / anchors;
        double ofLogit = -y * sigma(-margin) / anchors;
        gradient[at] = ofLogit * scale;
        ofScale += ofLogit * scores[at];
        ofBias += ofLogit;
      }
    }
    return new PairLoss(loss, gradient, Map.of("scale", ofScale, "bias", ofBias));
  }

  /** log(1 + e^x). */
  static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }

  /** 1 / (1 + e^-x). */
  static double sigma(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
