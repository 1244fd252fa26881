package io.gramian.reference.math;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The loss of a tensor of scores of all index tuples [B,..,B]: the mean over axes of mean_i
 * [logsumexp over the slice with index i of S / tau - S_(i..i) / tau].
 */
final class ProductLoss {
  private ProductLoss() {}

  /** The loss and its gradients for N = {@code modalities} axes of B = {@code batch}. */
  static ScoreLoss of(double[] scores, int modalities, int batch, double temperature) {
    double weight = 1.0 / (modalities * batch);
    double[] gradient = new double[scores.length];
    double ofTemperature = 0;
    double loss = 0;
    int stride = 1;
    for (int axis = 0; axis < modalities; axis++, stride *= batch) {
      for (int i = 0; i < batch; i++) {
        int[] slice = slice(scores.length, stride, batch, i);
        CrossEntropySum sum = new CrossEntropySum(gather(scores, slice), 1 / temperature);
        int target = Arrays.binarySearch(slice, diagonal(modalities, batch, i));
        loss += weight * sum.add(0, 1, slice.length, target, 0, weight);
        ofTemperature += sum.ofTemperature();
        double[] ofSlice = sum.ofScores();
        for (int t = 0; t < slice.length; t++) {
          gradient[slice[t]] += ofSlice[t];
        }
      }
    }
    return new ScoreLoss(loss, gradient, Map.of("temperature", ofTemperature));
  }

  /** The elements, ascending, whose index along the axis of that stride is i. */
  private static int[] slice(int elements, int stride, int batch, int i) {
    return IntStream.range(0, elements).filter(at -> at / stride % batch == i).toArray();
  }

  private static double[] gather(double[] scores, int[] positions) {
    return Arrays.stream(positions).mapToDouble(at -> scores[at]).toArray();
  }

  /** The element (i,..,i). */
  private static int diagonal(int modalities, int batch, int i) {
    int at = 0;
    for (int axis = 0; axis < modalities; axis++) {
      at = at * batch + i;
    }
    return at;
  }
}
