package io.gramian.cpu.pair;

import io.gramian.DType;
import io.gramian.Specs;
import io.gramian.cpu.device.Gradient;
import io.gramian.cpu.simd.Panels;
import io.gramian.cpu.simd.Resources;
import java.util.Arrays;
import java.util.List;

/**
 * Sums of the gradients of rows, which tiles add to one after another. They are kept in the output
 * itself where that can hold them, in an array otherwise.
 */
public final class GradientSums {
  /** Where sums are kept. */
  public enum Place {
    /** Nowhere: nobody wants them. */
    NOWHERE,
    /** The output, which is overwritten. */
    OUTPUT,
    /**
     * The output, added to what it holds; where the vectors are used as they are, or one engine
     * alone makes the gradient.
     */
    ADDED,
    /** An array, then written to the output. */
    ARRAY;

    /** The place for an output of an op, if there is one of that name. */
    static Place of(Specs outputs, String name, boolean accumulate) {
      if (!outputs.has(name)) {
        return NOWHERE;
      }
      return outputs.get(name).dtype() == DType.F32 && !accumulate ? OUTPUT : ARRAY;
    }

    /** The place for one sum that several outputs come from. */
    static Place ofAll(List<Place> places) {
      return places.stream().anyMatch(Place::isWanted) ? ARRAY : NOWHERE;
    }

    /** Whether somebody wants them. */
    boolean isWanted() {
      return this != NOWHERE;
    }
  }

  /** Adds to some rows. */
  @FunctionalInterface
  interface Addition {
    /** Adds to the rows from the one that starts at {@code at} on. */
    void to(float[] rows, int at);
  }

  private final Place place;
  private final int stride;
  private final float[] array;
  private int base;

  /**
   * Sums of {@code rows} rows at a time.
   *
   * @param stride of rows in arrays
   */
  GradientSums(Resources resources, Place place, int rows, int stride) {
    this.place = place;
    this.stride = stride;
    this.array = resources.floats(place == Place.ARRAY ? Panels.paddedRows(rows) * stride : 0);
  }

  /** Whether there is a place for them. */
  boolean isWanted() {
    return place.isWanted();
  }

  /** Sets which row is the first of an array. */
  void base(int row) {
    base = row;
  }

  /**
   * Adds to the rows from {@code from} on.
   *
   * @param first whether the engine has added nothing yet
   * @param scratch has room for the rows
   */
  void add(int from, int to, boolean first, Gradient output, float[] scratch, Addition addition) {
    boolean isArray = place == Place.ARRAY;
    float[] rows = isArray ? array : scratch;
    int at = isArray ? (from - base) * stride : 0;
    if (first && place != Place.ADDED) {
      Arrays.fill(rows, at, at + (to - from) * stride, 0);
    } else if (!isArray) {
      for (int row = from; row < to; row++) {
        output.read(row, scratch, (row - from) * stride);
      }
    }
    addition.to(rows, at);
    for (int row = from; row < to && !isArray; row++) {
      output.write(row, scratch, (row - from) * stride);
    }
  }

  /** Reads the sum of a row. */
  void read(int row, Gradient output, float[] to, int at) {
    if (place == Place.ARRAY) {
      System.arraycopy(array, (row - base) * stride, to, at, stride);
    } else {
      output.read(row, to, at);
    }
  }
}
