package io.gramian.reference.math;

import java.util.Map;

/**
 * A loss of scores and its gradients.
 *
 * @param loss the loss
 * @param scoreGradient its gradient with respect to each score
 * @param scalarGradients those with respect to the scalars of the objective, by name
 */
public record ScoreLoss(double loss, double[] scoreGradient, Map<String, Double> scalarGradients) {}
