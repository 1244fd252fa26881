package io.gramian;

import java.util.Arrays;

/**
 * Element type, shape and strides of a tensor, without its memory. Immutable.
 *
 * <p>Strides count elements. The last dimension is always dense (stride 1); the others may have any
 * stride that keeps rows apart, so a slice of a larger buffer is described without a copy. A scalar
 * has rank 0.
 */
public final class TensorSpec {
  private final DType dtype;
  private final long[] shape;
  private final long[] strides;

  private TensorSpec(DType dtype, long[] shape, long[] strides) {
    this.dtype = dtype;
    this.shape = shape;
    this.strides = strides;
  }

  /**
   * {@return a packed, row-major tensor}
   *
   * @param dtype element type
   * @param shape sizes of the dimensions
   */
  public static TensorSpec of(DType dtype, long... shape) {
    ParameterException.requireNonNull(dtype, "an element type");
    ParameterException.requireNonNull(shape, "a shape");
    long[] sizes = checkedSizes(shape);
    long[] strides = new long[sizes.length];
    long stride = 1;
    for (int i = sizes.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride = multiply(stride, sizes[i], sizes);
    }
    multiply(stride, dtype.bytes(), sizes);
    return new TensorSpec(dtype, sizes, strides);
  }

  /**
   * {@return a strided tensor} Where a dimension has one element, or the tensor none, a stride
   * leads nowhere and any will do; it becomes that of a packed tensor.
   *
   * @param dtype element type
   * @param shape sizes of the dimensions, each at least 0
   * @param strides elements between neighbours along each dimension; the last one is 1, the others
   *     are at least the extent of what they step over
   * @throws ShapeException if the two do not fit each other or rows would overlap
   */
  public static TensorSpec strided(DType dtype, long[] shape, long[] strides) {
    ParameterException.requireNonNull(strides, "strides");
    TensorSpec packed = of(dtype, shape);
    long[] sizes = packed.shape;
    if (strides.length != sizes.length) {
      throw new ShapeException(
          "expected one stride per dimension of "
              + Arrays.toString(sizes)
              + ", got "
              + Arrays.toString(strides));
    }
    if (packed.elements() == 0) {
      return packed;
    }
    long[] steps = strides.clone();
    long inner = 1;
    long extent = 1;
    for (int i = sizes.length - 1; i >= 0; i--) {
      if (sizes[i] == 1) {
        steps[i] = inner;
      } else if (i == sizes.length - 1 ? steps[i] != 1 : steps[i] < extent) {
        throw new ShapeException(
            "expected strides of "
                + Arrays.toString(sizes)
                + " to be 1 in the last dimension and not to overlap, got "
                + Arrays.toString(strides)
                + " (a transposed, broadcast or reversed tensor needs a copy)");
      }
      inner = multiply(steps[i], sizes[i], sizes);
      extent = Math.addExact(extent, multiply(sizes[i] - 1, steps[i], sizes));
    }
    multiply(extent, dtype.bytes(), sizes);
    return new TensorSpec(dtype, sizes, steps);
  }

  /** {@return element type} */
  public DType dtype() {
    return dtype;
  }

  /** {@return number of dimensions; 0 for a scalar} */
  public int rank() {
    return shape.length;
  }

  /**
   * {@return size of dimension {@code i}}
   *
   * @param i index of the dimension, from 0
   */
  public long size(int i) {
    return shape[i];
  }

  /**
   * {@return elements between neighbours along dimension {@code i}}
   *
   * @param i index of the dimension, from 0
   */
  public long stride(int i) {
    return strides[i];
  }

  /** {@return a copy of the sizes} */
  public long[] shape() {
    return shape.clone();
  }

  /** {@return a copy of the strides} */
  public long[] strides() {
    return strides.clone();
  }

  /** {@return number of elements} */
  public long elements() {
    long count = 1;
    for (long size : shape) {
      count *= size;
    }
    return count;
  }

  /** {@return bytes from the first to the end of the last element, gaps included} */
  public long spanBytes() {
    return elements() == 0 ? 0 : spanBytes(0);
  }

  /** {@return whether elements follow one another without gaps} */
  public boolean isPacked() {
    return elements() == 0 || isPacked(0);
  }

  /** Bytes that a slice of dimensions {@code from} and up spans; all sizes are at least 1. */
  long spanBytes(int from) {
    long last = 0;
    for (int i = from; i < shape.length; i++) {
      last += (shape[i] - 1) * strides[i];
    }
    return (last + 1) * dtype.bytes();
  }

  /** Whether a slice of dimensions {@code from} and up has no gaps; all sizes are at least 1. */
  boolean isPacked(int from) {
    long count = 1;
    for (int i = from; i < shape.length; i++) {
      count *= shape[i];
    }
    return count * dtype.bytes() == spanBytes(from);
  }

  /**
   * {@return the packed spec of the same shape with another element type}
   *
   * @param other its element type
   */
  public TensorSpec as(DType other) {
    return of(other, shape);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TensorSpec that
        && dtype == that.dtype
        && Arrays.equals(shape, that.shape)
        && Arrays.equals(strides, that.strides);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * dtype.hashCode() + Arrays.hashCode(shape)) + Arrays.hashCode(strides);
  }

  @Override
  public String toString() {
    String text = dtype + Arrays.toString(shape);
    return isPacked() ? text : text + " strides " + Arrays.toString(strides);
  }

  private static long[] checkedSizes(long[] shape) {
    long[] sizes = shape.clone();
    for (long size : sizes) {
      if (size < 0) {
        throw new ShapeException("expected sizes of at least 0, got " + Arrays.toString(sizes));
      }
    }
    return sizes;
  }

  private static long multiply(long a, long b, long[] shape) {
    try {
      return Math.multiplyExact(a, b);
    } catch (ArithmeticException e) {
      throw new ShapeException("shape " + Arrays.toString(shape) + " exceeds 2^63 bytes");
    }
  }
}
