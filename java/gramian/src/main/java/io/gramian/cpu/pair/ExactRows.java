package io.gramian.cpu.pair;

import io.gramian.cpu.simd.Bands;
import io.gramian.cpu.simd.Panels;
import io.gramian.cpu.simd.Strip;

/** Recomputes in float64 from the packed operands of a tile. One per worker. */
final class ExactRows implements Strip.Exact {
  private final Panels anchors;
  private final Bands[] members;
  private int from;
  private int tuple;

  /**
   * Of the operands of a tile.
   *
   * @param anchors the transposed anchors [d,anchors]
   * @param members for each member the rows of all tuples of the tile
   */
  ExactRows(Panels anchors, Bands[] members) {
    this.anchors = anchors;
    this.members = members;
  }

  /** Moves to a strip: its first anchor and its tuple, counted in the tile. */
  void move(int newFrom, int newTuple) {
    from = newFrom;
    tuple = newTuple;
  }

  @Override
  public double dot(int row, int index) {
    double sum = 0;
    for (int z = 0; z < anchors.depth(); z++) {
      sum += (double) anchors.get(z, from + index) * members[row].get(tuple, z);
    }
    return sum;
  }

  @Override
  public double squaredNorm(int index) {
    double sum = 0;
    for (int z = 0; z < anchors.depth(); z++) {
      double value = anchors.get(z, from + index);
      sum += value * value;
    }
    return sum;
  }

  @Override
  public double squaredDistance(int row, int index) {
    double sum = 0;
    for (int z = 0; z < anchors.depth(); z++) {
      double difference = (double) anchors.get(z, from + index) - members[row].get(tuple, z);
      sum += difference * difference;
    }
    return sum;
  }
}
