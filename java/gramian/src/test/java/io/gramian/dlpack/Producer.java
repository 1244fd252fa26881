package io.gramian.dlpack;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;

/**
 * Another library with a tensor to give away. It fills the structs by the offsets that a C compiler
 * gives the fields of {@code dlpack.h} on 64-bit machines, and counts the calls of its deleter.
 */
final class Producer implements AutoCloseable {
  static final int INT = 0;
  static final int FLOAT = 2;
  static final int BFLOAT = 4;

  /** Addresses that the deleter was called with. */
  final List<Long> deleted = new ArrayList<>();

  final Arena arena = Arena.ofShared();

  private int code = FLOAT;
  private int bits = 32;
  private int lanes = 1;
  private int deviceType = 1;
  private int deviceId;
  private int rank = -1;
  private long byteOffset;
  private boolean deleter = true;

  Producer type(int code, int bits) {
    this.code = code;
    this.bits = bits;
    return this;
  }

  Producer lanes(int count) {
    lanes = count;
    return this;
  }

  Producer device(int type, int id) {
    deviceType = type;
    deviceId = id;
    return this;
  }

  Producer rank(int dimensions) {
    rank = dimensions;
    return this;
  }

  Producer byteOffset(long bytes) {
    byteOffset = bytes;
    return this;
  }

  Producer withoutDeleter() {
    deleter = false;
    return this;
  }

  MemorySegment floats(float... values) {
    return arena.allocateFrom(java.lang.foreign.ValueLayout.JAVA_FLOAT, values);
  }

  /** A DLManagedTensor; strides may be null. */
  long managed(MemorySegment data, long[] shape, long[] strides) {
    MemorySegment struct = arena.allocate(64, 8);
    fill(struct, 0, data, shape, strides);
    struct.set(JAVA_LONG, 56, deleter ? stub() : 0);
    return struct.address();
  }

  /** A DLManagedTensorVersioned; strides may be null. */
  long versioned(int major, long flags, MemorySegment data, long[] shape, long[] strides) {
    MemorySegment struct = arena.allocate(80, 8);
    struct.set(JAVA_INT, 0, major);
    struct.set(JAVA_INT, 4, 1);
    struct.set(JAVA_LONG, 16, deleter ? stub() : 0);
    struct.set(JAVA_LONG, 24, flags);
    fill(struct, 32, data, shape, strides);
    return struct.address();
  }

  private void fill(
      MemorySegment struct, long at, MemorySegment data, long[] shape, long[] strides) {
    struct.set(JAVA_LONG, at, data.address());
    struct.set(JAVA_INT, at + 8, deviceType);
    struct.set(JAVA_INT, at + 12, deviceId);
    struct.set(JAVA_INT, at + 16, rank >= 0 ? rank : shape.length);
    struct.set(JAVA_BYTE, at + 20, (byte) code);
    struct.set(JAVA_BYTE, at + 21, (byte) bits);
    struct.set(JAVA_SHORT, at + 22, (short) lanes);
    struct.set(JAVA_LONG, at + 24, arena.allocateFrom(JAVA_LONG, shape).address());
    struct.set(
        JAVA_LONG, at + 32, strides == null ? 0 : arena.allocateFrom(JAVA_LONG, strides).address());
    struct.set(JAVA_LONG, at + 40, byteOffset);
  }

  @SuppressWarnings("restricted") // a C function for tests
  private long stub() {
    try {
      return Linker.nativeLinker()
          .upcallStub(
              MethodHandles.lookup()
                  .bind(this, "delete", MethodType.methodType(void.class, long.class)),
              FunctionDescriptor.ofVoid(JAVA_LONG),
              arena)
          .address();
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  private void delete(long struct) {
    deleted.add(struct);
  }

  @Override
  public void close() {
    arena.close();
  }
}
