package io.gramian.cuda.nway;

import io.gramian.cuda.abi.NwayBox;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Part of all index tuples of N modalities: a run of rows of each.
 *
 * @param first the first row of each modality
 * @param count how many rows of each
 */
public record TupleBox(int[] first, int[] count) {
  /** All index tuples. */
  public static TupleBox all(int[] rows) {
    return new TupleBox(new int[rows.length], rows.clone());
  }

  /**
   * Cuts all index tuples into boxes, in row-major order. The last axis is left whole, the others
   * are cut from the first on, so that the scores of a box follow one another in memory.
   *
   * @param rows of each modality, at least 1
   * @param most tuples of a box, where one row of the last axis has no more
   */
  public static List<TupleBox> cut(int[] rows, long most) {
    int[] extent = rows.clone();
    for (int axis = 0; axis + 1 < rows.length; axis++) {
      long others = tuples(extent) / extent[axis];
      extent[axis] = Math.clamp(most / others, 1, extent[axis]);
    }
    List<TupleBox> boxes = new ArrayList<>();
    int[] first = new int[rows.length];
    do {
      int[] count = new int[rows.length];
      Arrays.setAll(count, p -> Math.min(extent[p], rows[p] - first[p]));
      boxes.add(new TupleBox(first.clone(), count));
    } while (advance(first, extent, rows));
    return boxes;
  }

  private static boolean advance(int[] first, int[] extent, int[] rows) {
    for (int axis = rows.length - 1; axis >= 0; axis--) {
      first[axis] += extent[axis];
      if (first[axis] < rows[axis]) {
        return true;
      }
      first[axis] = 0;
    }
    return false;
  }

  /** Writes it into a parameter. */
  void write(NwayBox field) {
    for (int p = 0; p < count.length; p++) {
      field.first(p, first[p]).count(p, count[p]);
    }
  }

  /** Number of index tuples. */
  public long tuples() {
    return tuples(count);
  }

  /** Number of index tuples of all modalities but one. */
  long tuplesWithout(int modality) {
    long tuples = 1;
    for (int p = 0; p < count.length; p++) {
      tuples = p == modality ? tuples : Math.multiplyExact(tuples, count[p]);
    }
    return tuples;
  }

  /** Elements from index to index along each axis of a packed tensor of this shape. */
  public long[] strides() {
    long[] strides = new long[count.length];
    long stride = 1;
    for (int axis = count.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= count[axis];
    }
    return strides;
  }

  private static long tuples(int[] counts) {
    long tuples = 1;
    for (int size : counts) {
      tuples = Math.multiplyExact(tuples, size);
    }
    return tuples;
  }
}
