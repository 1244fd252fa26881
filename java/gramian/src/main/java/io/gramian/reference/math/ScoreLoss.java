package io.gramian.reference.math;

import java.util.Map;

/**
 * A loss of scores and its gradients.
 *
 * @param loss the loss
 * @param scoreGradient its gradient with respect to each score
 * @param scalarGradients those with respect to the scalars of the objective, by name
 */
public record ScoreLoss(double loss, double[] scoreGradient, Map<String, Double> scalarGradients) {
  /**
   * A loss of logits = scores / temperature, seen as one of the scores and the temperature.
   *
   * @param gradient with respect to the logits
   */
  public static ScoreLoss ofLogits(
      double loss, double[] logits, double[] gradient, double temperature) {
    double ofTemperature = -Dense.dot(gradient, 0, logits, 0, logits.length) / temperature;
    return new ScoreLoss(
        loss, Dense.scale(gradient.clone(), 1 / temperature), Map.of("temperature", ofTemperature));
  }
}
