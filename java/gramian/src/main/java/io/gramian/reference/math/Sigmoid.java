package io.gramian.reference.math;

import io.gramian.Bindings;
import java.util.Map;

/**
 * -1/anchors sum_ij log sigma(y_ij (scale S_ij + bias)), y = 1 where j = l_i, else -1.
 *
 * @param scale where none is bound
 * @param bias where none is bound
 */
record Sigmoid(double scale, double bias) implements PairObjective {
  @Override
  public ScoreLoss overTuples(Bindings in, double[] scores, int anchors, int tuples, int[] labels) {
    double boundScale = Inputs.scalar(in, "scale", scale);
    double boundBias = Inputs.scalar(in, "bias", bias);
    double loss = 0;
    double ofScale = 0;
    double ofBias = 0;
    double[] gradient = new double[scores.length];
    for (int i = 0; i < anchors; i++) {
      for (int j = 0; j < tuples; j++) {
        int at = i * tuples + j;
        double y = j == labels[i] ? 1 : -1;
        double margin = y * (boundScale * scores[at] + boundBias);
        loss += softplus(-margin) / anchors;
        double ofLogit = -y * sigma(-margin) / anchors;
        gradient[at] = ofLogit * boundScale;
        ofScale += ofLogit * scores[at];
        ofBias += ofLogit;
      }
    }
    return new ScoreLoss(loss, gradient, Map.of("scale", ofScale, "bias", ofBias));
  }

  /** Not defined; the op is rejected before. */
  @Override
  public ScoreLoss overProduct(Bindings in, double[] scores, int modalities, int batch) {
    throw new UnsupportedOperationException("sigmoid over all index tuples");
  }

  /** log(1 + e^x). */
  private static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }

  /** 1 / (1 + e^-x). */
  private static double sigma(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
