package io.gramian.cpu.pair;

import io.gramian.ParameterException;
import io.gramian.Tensor;
import io.gramian.cpu.device.Scalars;
import java.util.Arrays;

/** The tuple of each anchor, and for each tuple the anchors it is the target of. */
public final class Targets {
  private final String op;
  private final int[] labels;

  /** Where the anchors of each tuple start in {@link #anchors}. */
  private final int[] starts;

  private final int[] anchors;

  public Targets(String op, int anchors, int tuples) {
    this.op = op;
    this.labels = new int[anchors];
    this.starts = new int[tuples + 1];
    this.anchors = new int[anchors];
  }

  /**
   * Takes the labels of a run.
   *
   * @param tensor labels [anchors], or null: anchor i belongs to tuple i
   * @throws ParameterException naming the row and value of a label outside of [0, tuples)
   */
  public void bind(Tensor tensor) {
    int tuples = starts.length - 1;
    read(op, tensor, tuples, labels);
    Arrays.fill(starts, 0);
    for (int label : labels) {
      starts[label + 1]++;
    }
    for (int j = 0; j < tuples; j++) {
      starts[j + 1] += starts[j];
    }
    int[] next = Arrays.copyOf(starts, tuples);
    for (int i = 0; i < labels.length; i++) {
      anchors[next[labels[i]]++] = i;
    }
  }

  /**
   * Reads labels.
   *
   * @param tensor of labels, or null: i for row i
   * @throws ParameterException naming the row and value of a label outside of [0, tuples)
   */
  public static void read(String op, Tensor tensor, int tuples, int[] labels) {
    long stride = tensor == null ? 0 : 4 * tensor.spec().stride(0);
    for (int i = 0; i < labels.length; i++) {
      labels[i] =
          tensor == null ? i : (int) Scalars.get(tensor.memory(), tensor.dtype(), i * stride);
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
  }

  /** How many anchors have a target: the first ones. */
  int anchors() {
    return labels.length;
  }

  /** The tuple of an anchor. */
  int label(int anchor) {
    return labels[anchor];
  }

  /** How many anchors a tuple is the target of. */
  int count(int tuple) {
    return starts[tuple + 1] - starts[tuple];
  }

  /** The first place in {@link #at} of an anchor of the tuple that is not before another one. */
  int from(int tuple, int anchor) {
    int place = Arrays.binarySearch(anchors, starts[tuple], starts[tuple + 1], anchor);
    return place < 0 ? -place - 1 : place;
  }

  /** Whether a place holds an anchor of the tuple before {@code end}. */
  boolean has(int place, int tuple, int end) {
    return place < starts[tuple + 1] && anchors[place] < end;
  }

  /** The anchor at a place. */
  int at(int place) {
    return anchors[place];
  }
}
