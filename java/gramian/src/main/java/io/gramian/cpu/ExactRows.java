package io.gramian.cpu;

/**
 * Products in float64 of the rows of a tuple with anchors, from the packed operands of a tile.
 *
 * @param anchors the transposed anchors [d,anchors]
 * @param from the anchor that counts as the first
 * @param rows holds the rows of the tuple
 * @param rowsAt where its first row starts
 * @param stride from one of its rows to the next
 */
record ExactRows(Panels anchors, int from, float[] rows, int rowsAt, int stride)
    implements Strip.Exact {
  @Override
  public double product(int row, int index) {
    double sum = 0;
    for (int k = 0; k < anchors.depth(); k++) {
      sum += (double) anchors.get(k, from + index) * rows[rowsAt + row * stride + k];
    }
    return sum;
  }

  @Override
  public double squaredNorm(int index) {
    double sum = 0;
    for (int k = 0; k < anchors.depth(); k++) {
      double value = anchors.get(k, from + index);
      sum += value * value;
    }
    return sum;
  }

  @Override
  public double squaredDistance(int row, int index) {
    double sum = 0;
    for (int k = 0; k < anchors.depth(); k++) {
      double difference = (double) anchors.get(k, from + index) - rows[rowsAt + row * stride + k];
      sum += difference * difference;
    }
    return sum;
  }
}
