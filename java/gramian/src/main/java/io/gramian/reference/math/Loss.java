package io.gramian.reference.math;

/**
 * A loss and its gradients.
 *
 * @param value the loss
 * @param gradients those of the differentiable inputs, in the order that the maker names
 */
public record Loss(double value, double[]... gradients) {}
