package io.gramian.dlpack;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.gramian.DType;
import io.gramian.ParameterException;
import io.gramian.ShapeException;
import io.gramian.TensorSpec;
import java.lang.foreign.MemorySegment;

/** A struct that another library or {@link Exports} has filled. */
final class ManagedTensor {
  static final int MAJOR = 1;
  static final int READ_ONLY = 1;

  private static final int MOST_DIMENSIONS = 64;

  private final MemorySegment struct;
  private final Layout layout;

  private ManagedTensor(MemorySegment struct, Layout layout) {
    this.struct = struct;
    this.layout = layout;
  }

  @SuppressWarnings("restricted") // the producer vouches for the address
  static ManagedTensor at(long address, Layout layout) {
    if (address == 0) {
      throw new ParameterException("expected the address of a DLPack struct, got null");
    }
    return new ManagedTensor(
        MemorySegment.ofAddress(address).reinterpret(layout.struct.byteSize()), layout);
  }

  /** Checks that the fields lie where this class looks for them. */
  void requireVersion() {
    if (layout == Layout.VERSIONED) {
      int major = struct.get(JAVA_INT, layout.field("major"));
      if (major != MAJOR) {
        throw new ParameterException(
            "expected a struct of DLPack 1, got one of version "
                + Integer.toUnsignedString(major)
                + "."
                + Integer.toUnsignedString(struct.get(JAVA_INT, layout.field("minor"))));
      }
    }
  }

  /** Whether the producer forbids to write. */
  boolean isReadOnly() {
    return layout == Layout.VERSIONED
        && (struct.get(JAVA_LONG, layout.field("flags")) & READ_ONLY) != 0;
  }

  int deviceType() {
    return struct.get(JAVA_INT, layout.deviceType);
  }

  int deviceId() {
    return struct.get(JAVA_INT, layout.deviceId);
  }

  /**
   * Where the first element is; 0 only for a tensor without elements.
   *
   * @throws ParameterException if there is no memory or elements are not aligned
   */
  long address() {
    long data = struct.get(JAVA_LONG, layout.data);
    TensorSpec spec = spec();
    if (spec.elements() == 0) {
      return data;
    }
    if (data == 0) {
      throw new ParameterException("expected the address of " + spec + ", got null");
    }
    long address = data + struct.get(JAVA_LONG, layout.byteOffset);
    if (address % spec.dtype().bytes() != 0) {
      throw new ParameterException(
          "expected "
              + spec
              + " at a multiple of "
              + spec.dtype().bytes()
              + " bytes, got address 0x"
              + Long.toHexString(address));
    }
    return address;
  }

  /**
   * Element type, shape and strides.
   *
   * @throws ShapeException if Gramian has no such tensors
   */
  TensorSpec spec() {
    int code = Byte.toUnsignedInt(struct.get(JAVA_BYTE, layout.code));
    int bits = Byte.toUnsignedInt(struct.get(JAVA_BYTE, layout.bits));
    int lanes = Short.toUnsignedInt(struct.get(JAVA_SHORT, layout.lanes));
    DType dtype = new ElementType(code, bits).require(lanes);
    int rank = struct.get(JAVA_INT, layout.rank);
    if (rank < 0 || rank > MOST_DIMENSIONS) {
      throw new ShapeException(
          "expected a DLPack tensor of 0 to " + MOST_DIMENSIONS + " dimensions, got " + rank);
    }
    long[] shape = numbers(layout.shape, rank);
    if (shape == null) {
      throw new ShapeException("expected the sizes of " + rank + " dimensions, got null");
    }
    long[] strides = numbers(layout.strides, rank);
    return strides == null
        ? TensorSpec.of(dtype, shape)
        : TensorSpec.strided(dtype, shape, strides);
  }

  /** Calls the deleter, which may be missing, and so gives this struct up. */
  void delete() {
    long deleter = struct.get(JAVA_LONG, layout.deleter);
    if (deleter != 0) {
      Deleters.call(deleter, struct.address());
    }
  }

  /** An array of 64-bit numbers, or null where there is none. */
  @SuppressWarnings("restricted") // the producer vouches for the address
  private long[] numbers(long field, int count) {
    long address = struct.get(JAVA_LONG, field);
    if (count == 0) {
      return new long[0];
    }
    return address == 0
        ? null
        : MemorySegment.ofAddress(address)
            .reinterpret((long) count * Long.BYTES)
            .toArray(JAVA_LONG);
  }
}
