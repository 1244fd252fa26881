package io.gramian.tests.property;

/** Losses of an explicit matrix of scores [rows, columns], by their definitions. */
final class Expected {
  private Expected() {}

  static double infoNce(double[] scores, int[] labels, double temperature, double smoothing) {
    int rows = labels.length;
    int columns = scores.length / rows;
    double sum = 0;
    for (int i = 0; i < rows; i++) {
      double[] row = new double[columns];
      for (int j = 0; j < columns; j++) {
        row[j] = scores[i * columns + j] / temperature;
      }
      double[] column = new double[rows];
      for (int r = 0; r < rows; r++) {
        column[r] = scores[r * columns + labels[i]] / temperature;
      }
      sum += crossEntropy(row, labels[i], smoothing) + crossEntropy(column, i, smoothing);
    }
    return sum / (2 * rows);
  }

  private static double crossEntropy(double[] logits, int target, double smoothing) {
    double normaliser = logSumExp(logits);
    double mean = 0;
    for (double logit : logits) {
      mean += (normaliser - logit) / logits.length;
    }
    return (1 - smoothing) * (normaliser - logits[target]) + smoothing * mean;
  }

  static double sigmoid(double[] scores, int[] labels, double scale, double bias) {
    int rows = labels.length;
    int columns = scores.length / rows;
    double sum = 0;
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        double z = scale * scores[i * columns + j] + bias;
        sum += Math.log1p(Math.exp(j == labels[i] ? -z : z));
      }
    }
    return sum / rows;
  }

  static double logSumExp(double[] values) {
    double max = Double.NEGATIVE_INFINITY;
    for (double value : values) {
      max = Math.max(max, value);
    }
    double sum = 0;
    for (double value : values) {
      sum += Math.exp(value - max);
    }
    return max + Math.log(sum);
  }
}
