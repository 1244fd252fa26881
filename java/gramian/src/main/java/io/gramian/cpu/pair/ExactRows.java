package io.gramian.cpu.pair;

import io.gramian.cpu.simd.Bands;
import io.gramian.cpu.simd.ExactRow;
import io.gramian.cpu.simd.Panels;
import io.gramian.cpu.simd.Resources;
import io.gramian.cpu.simd.Strip;
import java.util.Arrays;

/** Recomputes in float64 from the packed operands of a tile, or from the inputs. One per worker. */
final class ExactRows implements Strip.Exact {
  private final Panels anchors;
  private final Bands[] members;
  private final ExactRow exactAnchor;
  private final ExactRow[] exactMembers;
  private final boolean[] areRead;
  private int from;
  private int tuple;
  private int anchorNumber;
  private int tupleNumber;

  /**
   * Of the operands of a tile.
   *
   * @param anchors the transposed anchors [d,anchors]
   * @param members for each member the rows of all tuples of the tile
   * @param rows what they were packed from
   */
  ExactRows(Resources resources, Panels anchors, Bands[] members, PairRows rows) {
    this.anchors = anchors;
    this.members = members;
    this.exactAnchor = new ExactRow(resources, rows.anchors());
    this.exactMembers =
        rows.tuples().members.stream()
            .map(member -> new ExactRow(resources, member))
            .toArray(ExactRow[]::new);
    this.areRead = new boolean[exactMembers.length];
  }

  /** Moves to a strip of a block: its first anchor and its tuple, counted in the tiles. */
  void move(ScoreReader.Block block, Strip strip, int newTuple) {
    from = strip.anchor - block.anchor();
    tuple = newTuple;
    anchorNumber = strip.anchor;
    tupleNumber = strip.tuple;
    Arrays.fill(areRead, false);
  }

  @Override
  public double[] anchor(int index) {
    return exactAnchor.read(anchorNumber + index);
  }

  @Override
  public double[] member(int row) {
    if (!areRead[row]) {
      areRead[row] = true;
      return exactMembers[row].read(tupleNumber);
    }
    return exactMembers[row].values();
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
