package io.gramian.cpu.device;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.UnsupportedOpException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The rows of a tensor [.., d] as float arrays, whatever its element type, strides and memory. Made
 * anew for each run; usable by several threads.
 */
public final class Rows {
  /** No rows: those of a tensor that is not bound. */
  public static final Rows NONE = new Rows(Tensor.zeros(TensorSpec.of(DType.F32, 0, 0)));

  private final MemorySegment memory;
  private final TensorSpec spec;
  private final DType dtype;
  private final int width;

  /** The rows of a tensor of rank 2 or more, if it is bound. */
  public static Rows find(Bindings bindings, String name) {
    return bindings.has(name) ? new Rows(bindings.get(name)) : NONE;
  }

  /** The rows of a tensor of rank 2 or more. */
  public Rows(Tensor tensor) {
    this.memory = tensor.memory();
    this.spec = tensor.spec();
    this.dtype = spec.dtype();
    this.width = Math.toIntExact(spec.size(spec.rank() - 1));
  }

  /**
   * Checks that the element type of an input can be read.
   *
   * @throws UnsupportedOpException for f64, which would lose its precision silently
   */
  static void requireReadable(String op, String name, TensorSpec spec) {
    if (spec.dtype() == DType.F64) {
      throw new UnsupportedOpException(
          op
              + ": backend cpu computes in float32 and takes f32, bf16 or f16; '"
              + name
              + "' is f64 (convert it, or use backend reference)");
    }
  }

  /** Whether there is a tensor. */
  public boolean isBound() {
    return this != NONE;
  }

  /** Values of a row. */
  public int width() {
    return width;
  }

  /** Number of rows. */
  public int count() {
    return width == 0 ? 0 : Math.toIntExact(spec.elements() / width);
  }

  /** Reads the row of that number, counted in row-major order. */
  public void read(int row, float[] to, int at) {
    read(row, 0, width, to, at);
  }

  /** Reads rows one after the other. */
  public void readAll(int first, int rows, float[] to, int at) {
    if (areDense()) {
      read(first, 0, rows * width, to, at);
      return;
    }
    for (int i = 0; i < rows; i++) {
      read(first + i, to, at + i * width);
    }
  }

  /** Writes rows that lie one after the other; see {@link #write(int, float[], int, boolean)}. */
  public void writeAll(int first, int rows, float[] from, int at, boolean accumulate) {
    if (areDense()) {
      write(first, 0, rows * width, from, at, accumulate);
      return;
    }
    for (int i = 0; i < rows; i++) {
      write(first + i, from, at + i * width, accumulate);
    }
  }

  private boolean areDense() {
    return spec.rank() == 2 && spec.stride(0) == width;
  }

  /** Reads {@code count} values of a row from a column on. */
  public void read(int row, int column, int count, float[] to, int at) {
    long offset = (offset(row) + column) * dtype.bytes();
    switch (dtype) {
      case F32 ->
          MemorySegment.copy(memory, ValueLayout.JAVA_FLOAT_UNALIGNED, offset, to, at, count);
      case BF16 -> {
        for (int i = 0; i < count; i++) {
          to[at + i] =
              DType.bf16ToFloat(memory.get(ValueLayout.JAVA_SHORT_UNALIGNED, offset + 2L * i));
        }
      }
      case F16 -> {
        for (int i = 0; i < count; i++) {
          to[at + i] =
              Float.float16ToFloat(memory.get(ValueLayout.JAVA_SHORT_UNALIGNED, offset + 2L * i));
        }
      }
      case F64 -> {
        for (int i = 0; i < count; i++) {
          to[at + i] = (float) memory.get(ValueLayout.JAVA_DOUBLE_UNALIGNED, offset + 8L * i);
        }
      }
      case I32 -> throw new IllegalStateException("rows of " + dtype);
    }
  }

  /**
   * Writes a row in the element type of the tensor.
   *
   * @param accumulate add to what is there
   */
  public void write(int row, float[] from, int at, boolean accumulate) {
    write(row, 0, width, from, at, accumulate);
  }

  /** Writes {@code count} values of a row from a column on. */
  public void write(int row, int column, int count, float[] from, int at, boolean accumulate) {
    long offset = (offset(row) + column) * dtype.bytes();
    if (dtype == DType.F32 && !accumulate) {
      MemorySegment.copy(from, at, memory, ValueLayout.JAVA_FLOAT_UNALIGNED, offset, count);
      return;
    }
    for (int i = 0; i < count; i++) {
      long to = offset + (long) i * dtype.bytes();
      double value = from[at + i];
      Scalars.set(memory, dtype, to, accumulate ? Scalars.get(memory, dtype, to) + value : value);
    }
  }

  private long offset(int row) {
    if (spec.rank() == 2) {
      return row * spec.stride(0);
    }
    long offset = 0;
    long rest = row;
    for (int axis = spec.rank() - 2; axis >= 0; axis--) {
      offset += rest % spec.size(axis) * spec.stride(axis);
      rest /= spec.size(axis);
    }
    return offset;
  }
}
