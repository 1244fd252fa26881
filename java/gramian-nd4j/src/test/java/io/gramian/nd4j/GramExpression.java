package io.gramian.nd4j;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * GRAM's loss for k = 3 as its authors write it, in ops of SameDiff: Gram matrices of all pairs of
 * anchors and tuples, volumes, cross-entropy both ways with label smoothing 0.1.
 *
 * <p>SameDiff has no gradient of its determinant; hence it is expanded by hand.
 */
final class GramExpression {
  private final SameDiff sd;

  GramExpression(SameDiff sd) {
    this.sd = sd;
  }

  /** The loss of anchors and two modalities, each [B,d]. */
  SDVariable loss(SDVariable anchor, SDVariable first, SDVariable second) {
    SDVariable a = unit(anchor);
    SDVariable m1 = unit(first);
    SDVariable m2 = unit(second);
    SDVariable aa = rowSums(a.mul(a));
    SDVariable g11 = rowSums(m1.mul(m1));
    SDVariable g12 = rowSums(m1.mul(m2));
    SDVariable g22 = rowSums(m2.mul(m2));
    SDVariable all =
        logits(
            aa,
            sd.transpose(g11),
            sd.transpose(g12),
            sd.transpose(g22),
            a.mmul(sd.transpose(m1)),
            a.mmul(sd.transpose(m2)));
    SDVariable matching = logits(aa, g11, g12, g22, rowSums(a.mul(m1)), rowSums(a.mul(m2)));
    return crossEntropy(all, matching).add(crossEntropy(sd.transpose(all), matching)).mul(0.5);
  }

  /** Volumes over the temperature 0.07; rows are anchors, columns tuples. */
  private SDVariable logits(
      SDVariable aa, SDVariable g11, SDVariable g12, SDVariable g22, SDVariable c1, SDVariable c2) {
    SDVariable det =
        aa.mul(g11.mul(g22).sub(g12.mul(g12)))
            .sub(c1.mul(c1.mul(g22).sub(g12.mul(c2))))
            .add(c2.mul(c1.mul(g12).sub(g11.mul(c2))));
    return sd.math().sqrt(sd.math().abs(det)).mul(-1 / 0.07);
  }

  /** Cross-entropy of rows with label smoothing 0.1; the logits of the targets are [B,1]. */
  private SDVariable crossEntropy(SDVariable logits, SDVariable targets) {
    // Logits are at most 0 and at least -1 / 0.07.
    SDVariable logSum = sd.math().log(rowSums(sd.math().exp(logits)));
    SDVariable target = targets.sub(logSum).mean();
    return target.mul(0.9).add(logits.sub(logSum).mean().mul(0.1)).neg();
  }

  private SDVariable unit(SDVariable x) {
    return x.div(sd.math().sqrt(rowSums(x.mul(x))));
  }

  /** [B,1]. */
  private static SDVariable rowSums(SDVariable x) {
    return x.sum(true, 1);
  }
}
