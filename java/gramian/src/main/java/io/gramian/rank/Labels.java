package io.gramian.rank;

import io.gramian.DType;
import io.gramian.ParameterException;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import java.util.Arrays;

/** The tuple of each anchor of a batch, counted over the tuples of all ranks. */
final class Labels {
  private final String op;
  private final Exchange.Rows rows;
  private final Tensor own;
  private final long tuples;
  private final long firstTuple;
  private final long ownTuples;

  /**
   * Makes the buffers.
   *
   * @param anchors how many each rank has
   * @param tuples how many each rank has
   */
  Labels(String op, Exchange exchange, long[] anchors, long[] tuples) {
    int rank = exchange.rank();
    this.op = op;
    this.tuples = Arrays.stream(tuples).sum();
    this.firstTuple = Arrays.stream(tuples, 0, rank).sum();
    this.ownTuples = tuples[rank];
    TensorSpec spec = TensorSpec.of(DType.I32, anchors[rank]);
    this.own = Tensor.zeros(spec);
    own.copyFrom(diagonal(rank, anchors, tuples));
    this.rows = exchange.new Rows(spec, Piece.of(rank, anchors, 0));
  }

  /** The labels of a rank whose anchor i belongs to its tuple i. */
  static int[] diagonal(int rank, long[] anchors, long[] tuples) {
    long first = Arrays.stream(tuples, 0, rank).sum();
    int[] labels = new int[Math.toIntExact(anchors[rank])];
    Arrays.setAll(labels, i -> Math.toIntExact(first + i));
    return labels;
  }

  /** What {@link #gather} leaves, at the device's place. */
  Tensor whole() {
    return rows.whole();
  }

  /**
   * Gathers the labels and counts them from the first tuple of this rank; -1 for those of others.
   *
   * @param given this rank's; null: its anchor i belongs to its tuple i
   * @throws ParameterException on all ranks, if one is no tuple of the batch
   */
  void gather(Tensor given) {
    rows.gather(given == null ? own : given);
    int[] all = rows.staged().toInts();
    for (int i = 0; i < all.length; i++) {
      if (all[i] < 0 || all[i] >= tuples) {
        throw new ParameterException(
            op
                + ": expected labels from 0 to "
                + (tuples - 1)
                + ", the tuples of all ranks, got "
                + all[i]
                + " for anchor "
                + i
                + " of the batch");
      }
      long label = all[i] - firstTuple;
      all[i] = label >= 0 && label < ownTuples ? (int) label : -1;
    }
    rows.whole().copyFrom(all);
  }
}
