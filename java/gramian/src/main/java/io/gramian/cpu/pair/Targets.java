package io.gramian.cpu.pair;

import io.gramian.Bindings;
import io.gramian.ParameterException;
import io.gramian.Tensor;
import io.gramian.cpu.device.Scalars;
import io.gramian.cpu.simd.Resources;
import io.gramian.spi.Shard;
import java.util.Arrays;

/** The tuple of each anchor, and for each tuple the anchors it is the target of. */
public final class Targets {
  private final String op;
  private final Shard shard;
  private final int[] labels;

  /** Where the anchors of each tuple start in {@link #anchors}. */
  private final int[] starts;

  private final int[] anchors;

  /**
   * Room for the targets of the first anchors.
   *
   * @param op for messages
   * @param shard whether some tuples are of other ranks
   */
  public Targets(Resources resources, String op, int anchors, int tuples, Shard shard) {
    this.op = op;
    this.shard = shard;
    this.labels = resources.ints(anchors);
    this.starts = resources.ints(tuples + 1);
    this.anchors = resources.ints(anchors);
  }

  /**
   * Takes the input {@code labels} [anchors] of a run; without it, anchor i belongs to tuple i.
   *
   * @throws ParameterException naming the row and value of a label outside of [0, tuples)
   */
  public void bind(Bindings in) {
    int tuples = starts.length - 1;
    read(op, in, shard.isWhole() ? 0 : -1, tuples, labels);
    Arrays.fill(starts, 0);
    for (int label : labels) {
      if (label >= 0) {
        starts[label + 1]++;
      }
    }
    for (int j = 0; j < tuples; j++) {
      starts[j + 1] += starts[j];
    }
    int[] next = Arrays.copyOf(starts, tuples);
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] >= 0) {
        anchors[next[labels[i]]++] = i;
      }
    }
  }

  /**
   * Reads the input {@code labels}; without it, i is the label of row i.
   *
   * @throws ParameterException naming the row and value of a label outside of [0, classes)
   */
  public static void read(String op, Bindings in, int classes, int[] labels) {
    read(op, in, 0, classes, labels);
  }

  private static void read(String op, Bindings in, int least, int classes, int[] labels) {
    if (!in.has("labels")) {
      Arrays.setAll(labels, i -> i);
      return;
    }
    Tensor tensor = in.get("labels");
    long stride = tensor.spec().stride(0);
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (int) Scalars.get(tensor, i * stride);
      if (labels[i] < least || labels[i] >= classes) {
        throw new ParameterException(
            op
                + ": expected labels from "
                + least
                + " to "
                + (classes - 1)
                + ", got "
                + labels[i]
                + " in row "
                + i);
      }
    }
  }

  /** How many anchors have a target: the first ones. */
  public int anchors() {
    return labels.length;
  }

  /** The tuple of an anchor; -1 if it is of another rank. */
  public int label(int anchor) {
    return labels[anchor];
  }

  /** How many anchors a tuple is the target of. */
  public int count(int tuple) {
    return starts[tuple + 1] - starts[tuple];
  }

  /** The first place in {@link #at} of an anchor of the tuple that is not before another one. */
  public int from(int tuple, int anchor) {
    int place = Arrays.binarySearch(anchors, starts[tuple], starts[tuple + 1], anchor);
    return place < 0 ? -place - 1 : place;
  }

  /** Whether a place holds an anchor of the tuple before {@code end}. */
  public boolean has(int place, int tuple, int end) {
    return place < starts[tuple + 1] && anchors[place] < end;
  }

  /** The anchor at a place. */
  public int at(int place) {
    return anchors[place];
  }
}
