package io.gramian;

/**
 * The largest errors that results of a device may have: |x - reference| / |reference| over a whole
 * tensor, the reference being computed in float64 on the same, rounded inputs.
 *
 * @param scores bound of losses, scores and every other forward result
 * @param gradients bound of gradients
 */
public record Accuracy(double scores, double gradients) {}
