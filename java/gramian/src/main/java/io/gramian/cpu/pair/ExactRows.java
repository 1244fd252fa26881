package io.gramian.cpu.pair;

import io.gramian.cpu.simd.Bands;
import io.gramian.cpu.simd.Panels;

/**
 * Products in float64 of the rows of a tuple with anchors, from the packed operands of a tile.
 *
 * @param anchors the transposed anchors [d,anchors]
 * @param from the anchor that counts as the first
 * @param members for each member the rows of all tuples of the tile
 * @param tuple number of the tuple in the tile
 */
record ExactRows(Panels anchors, int from, Bands[] members, int tuple) implements Strip.Exact {
  @Override
  public double product(int row, int index) {
    double sum = 0;
    for (int k = 0; k < anchors.depth(); k++) {
      sum += (double) anchors.get(k, from + index) * members[row].get(tuple, k);
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
      double difference = (double) anchors.get(k, from + index) - members[row].get(tuple, k);
      sum += difference * difference;
    }
    return sum;
  }
}
