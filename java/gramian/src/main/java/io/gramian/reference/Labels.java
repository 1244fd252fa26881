package io.gramian.reference;

import io.gramian.Bindings;
import io.gramian.ParameterException;
import io.gramian.Tensor;

/** The tuple of each anchor. */
final class Labels {
  private Labels() {}

  /**
   * The input {@code labels}, or 0, 1, 2, ... without it.
   *
   * @throws ParameterException naming the row and value of a label outside of [0, tuples)
   */
  static int[] read(Bindings in, String op, int anchors, int tuples) {
    Tensor tensor = in.find("labels");
    int[] labels = tensor == null ? diagonal(anchors) : tensor.toInts();
    for (int i = 0; i < anchors; i++) {
      if (labels[i] < 0 || labels[i] >= tuples) {
        throw new ParameterException(
            op
                + ": expected labels from 0 to "
                + (tuples - 1)
                + ", got "
                + labels[i]
                + " in row "
                + i);
      }
    }
    return labels;
  }

  /** 0, 1, 2, ... */
  static int[] diagonal(int anchors) {
    int[] labels = new int[anchors];
    for (int i = 0; i < anchors; i++) {
      labels[i] = i;
    }
    return labels;
  }
}
