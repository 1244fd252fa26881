package io.gramian.cli.npz;

import java.util.Arrays;

/**
 * A dense array in row-major (C) order. Floating-point elements of any width are held as {@code
 * double}, integers and booleans as {@code long}: both conversions are exact.
 */
public final class NpyArray {
  private final long[] shape;
  private final double[] floats;
  private final long[] integers;

  private NpyArray(long[] shape, double[] floats, long[] integers) {
    this.shape = shape.clone();
    this.floats = floats;
    this.integers = integers;
    int length = floats != null ? floats.length : integers.length;
    if (Arrays.stream(shape).reduce(1, (a, b) -> a * b) != length) {
      throw new IllegalArgumentException(
          "shape " + Arrays.toString(shape) + " does not hold " + length + " elements");
    }
  }

  /**
   * A floating-point array.
   *
   * @param elements the elements in row-major order; kept, not copied
   * @param shape the extents; none for a scalar
   * @return the array
   */
  public static NpyArray ofFloats(double[] elements, long... shape) {
    return new NpyArray(shape, elements, null);
  }

  /**
   * An integer array.
   *
   * @param elements the elements in row-major order; kept, not copied
   * @param shape the extents; none for a scalar
   * @return the array
   */
  public static NpyArray ofIntegers(long[] elements, long... shape) {
    return new NpyArray(shape, null, elements);
  }

  /**
   * The extents.
   *
   * @return a copy; empty for a scalar
   */
  public long[] shape() {
    return shape.clone();
  }

  /**
   * The number of dimensions.
   *
   * @return 0 for a scalar
   */
  public int rank() {
    return shape.length;
  }

  /**
   * The number of elements.
   *
   * @return the product of the extents
   */
  public int size() {
    return floats != null ? floats.length : integers.length;
  }

  /**
   * Whether the elements are integers or booleans.
   *
   * @return false for floating point
   */
  public boolean isInteger() {
    return integers != null;
  }

  /**
   * The elements as doubles.
   *
   * @return the array itself where it holds floating point, else a converted copy
   */
  public double[] toDoubles() {
    return floats != null ? floats : Arrays.stream(integers).asDoubleStream().toArray();
  }

  /**
   * The elements as integers.
   *
   * @return the array itself
   * @throws IllegalStateException if the elements are floating point
   */
  public long[] toLongs() {
    if (integers == null) {
      throw new IllegalStateException("the array holds floating point, not integers");
    }
    return integers;
  }
}
