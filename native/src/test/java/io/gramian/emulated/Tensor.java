package io.gramian.emulated;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A tensor in device memory and how boxes of it are copied, for {@code cuTensorMapEncodeTiled}.
 *
 * @param type its elements
 * @param address where it lies
 * @param sizes elements along each dimension, the innermost first
 * @param box the same of a box
 * @param steps every how many elements a box takes one, along each dimension
 * @param swizzle 0: none, 1: 32 bytes, 2: 64 bytes, 3: 128 bytes
 * @param fillsWithNaN what lies outside: NaN or zero
 */
record Tensor(
    Element type,
    long address,
    long[] sizes,
    int[] box,
    int[] steps,
    int swizzle,
    boolean fillsWithNaN) {
  /** Types, by their number and bytes. */
  enum Element {
    U16(1, 2),
    S32(3, 4),
    F32(7, 4),
    F64(8, 8),
    BF16(9, 2);

    private final int number;
    private final int bytes;

    Element(int number, int bytes) {
      this.number = number;
      this.bytes = bytes;
    }
  }

  private static final long MAP_BYTES = 128;
  private static final long MAP_ALIGNMENT = 64;

  /** A tensor of which every element is taken, and zeros where there is none. */
  static Tensor of(Element type, long address, long[] sizes, int[] box, int swizzle) {
    int[] steps = IntStream.generate(() -> 1).limit(sizes.length).toArray();
    return new Tensor(type, address, sizes, box, steps, swizzle, false);
  }

  Tensor withSteps(int... every) {
    return new Tensor(type, address, sizes, box, every, swizzle, fillsWithNaN);
  }

  Tensor fillingWithNaN() {
    return new Tensor(type, address, sizes, box, steps, swizzle, true);
  }

  /** Bytes of a box in shared memory. */
  int boxBytes() {
    int bytes = type.bytes;
    for (int i = 0; i < box.length; i++) {
      bytes *= i == 0 ? box[i] : (box[i] + steps[i] - 1) / steps[i];
    }
    return bytes;
  }

  /** The map, for a parameter of a kernel. */
  MemorySegment map(TestDevice device) {
    MemorySegment map = device.arena.allocate(MAP_BYTES, MAP_ALIGNMENT);
    int code = encode(device, map);
    if (code != 0) {
      throw new AssertionError(code + ": " + device.driver.lastFault());
    }
    return map;
  }

  /** The code of the driver's answer. */
  int encode(TestDevice device, MemorySegment map) {
    long[] strides = new long[sizes.length];
    long stride = type.bytes;
    for (int i = 0; i < sizes.length; i++) {
      stride *= sizes[i];
      strides[i] = stride;
    }
    return device.driver.call(
        "cuTensorMapEncodeTiled",
        map,
        type.number,
        sizes.length,
        address,
        device.arena.allocateFrom(ValueLayout.JAVA_LONG, sizes),
        device.arena.allocateFrom(
            ValueLayout.JAVA_LONG, Arrays.copyOf(strides, Math.max(1, sizes.length - 1))),
        device.arena.allocateFrom(ValueLayout.JAVA_INT, box),
        device.arena.allocateFrom(ValueLayout.JAVA_INT, steps),
        0,
        swizzle,
        0,
        fillsWithNaN ? 1 : 0);
  }
}
