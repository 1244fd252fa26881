package io.gramian.reference.math;

/**
 * The loss of a tensor of scores of all index tuples [B,..,B]: the mean over axes of mean_i
 * [logsumexp over the slice with index i of S / tau - S_(i..i) / tau].
 */
final class ProductLoss {
  private ProductLoss() {}

  /** The loss and its gradients for N = {@code modalities} axes of B = {@code batch}. */
  static ScoreLoss of(double[] scores, int modalities, int batch, double temperature) {
    double[] logits = Dense.scale(scores.clone(), 1 / temperature);
    double[] gradient = new double[logits.length];
    double weight = 1.0 / (modalities * batch);
    double loss = 0;
    int stride = 1;
    for (int axis = 0; axis < modalities; axis++, stride *= batch) {
      for (int i = 0; i < batch; i++) {
        loss += weight * addSlice(logits, modalities, stride, batch, i, weight, gradient);
      }
    }
    return ScoreLoss.ofLogits(loss, logits, gradient, temperature);
  }

  /** The cross-entropy of (i,..,i) over the elements whose index along the axis is i. */
  private static double addSlice(
      double[] logits,
      int modalities,
      int stride,
      int batch,
      int i,
      double weight,
      double[] gradient) {
    double[] slice = new double[logits.length / batch];
    double[] ofSlice = new double[slice.length];
    int[] positions = new int[slice.length];
    int own = 0;
    for (int axis = 0; axis < modalities; axis++) {
      own = own * batch + i;
    }
    int target = -1;
    int count = 0;
    for (int at = 0; at < logits.length; at++) {
      if (at / stride % batch == i) {
        target = at == own ? count : target;
        positions[count] = at;
        slice[count++] = logits[at];
      }
    }
    double loss = CrossEntropy.add(slice, 0, 1, count, target, 0, weight, ofSlice);
    for (int t = 0; t < count; t++) {
      gradient[positions[t]] += ofSlice[t];
    }
    return loss;
  }
}
