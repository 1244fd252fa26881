package io.gramian.reference.math;

import java.util.Map;

/**
 * A loss of scores and its gradients.
 *
 * @param loss the loss
 * @param scoreGradient its gradient with respect to each score, as it goes on to the anchors
 * @param memberGradient the same as it goes on to the members of the tuples
 * @param scalarGradients those with respect to the scalars of the objective, by name
 */
public record ScoreLoss(
    double loss,
    double[] scoreGradient,
    double[] memberGradient,
    Map<String, Double> scalarGradients) {
  /** A loss whose gradient goes on to anchors and members alike. */
  public ScoreLoss(double loss, double[] scoreGradient, Map<String, Double> scalarGradients) {
    this(loss, scoreGradient, scoreGradient, scalarGradients);
  }
}
