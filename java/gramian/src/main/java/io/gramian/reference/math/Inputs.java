package io.gramian.reference.math;

import io.gramian.Bindings;
import io.gramian.ParameterException;
import java.util.stream.IntStream;

/** Inputs that may be left out. */
public final class Inputs {
  private Inputs() {}

  /** The value of a scalar input, or the parameter that it overrides. */
  public static double scalar(Bindings in, String name, double parameter) {
    return in.has(name) ? in.get(name).item() : parameter;
  }

  /**
   * The input {@code labels}, the class of each row, or 0, 1, 2, ... without it.
   *
   * @throws ParameterException naming the row and value of a label outside of [0, classes)
   */
  public static int[] labels(Bindings in, String op, int rows, int classes) {
    int[] labels = in.has("labels") ? in.get("labels").toInts() : diagonal(rows);
    for (int i = 0; i < rows; i++) {
      if (labels[i] < 0 || labels[i] >= classes) {
        throw new ParameterException(
            op
                + ": expected labels from 0 to "
                + (classes - 1)
                + ", got "
                + labels[i]
                + " in row "
                + i);
      }
    }
    return labels;
  }

  /** 0, 1, 2, ... */
  public static int[] diagonal(int rows) {
    return IntStream.range(0, rows).toArray();
  }
}
