package io.gramian.dlpack;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.gramian.ParameterException;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The structs that other libraries have of us, until they call the deleter. */
final class Exports {
  private static final Map<Long, Export> OPEN = new ConcurrentHashMap<>();

  /** Memory of the struct with its shape and strides, and a share in the tensor. */
  private record Export(Arena struct, Tensor tensor) {}

  private Exports() {}

  /** Fills a struct. */
  static long export(Tensor tensor, Layout layout) {
    if (!tensor.memory().isNative()) {
      throw new ParameterException(
          "expected a tensor in native memory, got a Java array, which has no address"
              + " (Device.upload copies it)");
    }
    Arena arena = Arena.ofShared();
    try {
      MemorySegment struct = arena.allocate(layout.struct);
      fill(struct, layout, tensor, arena);
      OPEN.put(struct.address(), new Export(arena, tensor.share()));
      return struct.address();
    } catch (RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  /** Gives back what {@link #export} took; nothing for an unknown struct. */
  static void delete(long struct) {
    Export export = OPEN.remove(struct);
    if (export != null) {
      export.struct.close();
      export.tensor.close();
    }
  }

  /** How many structs other libraries have. */
  static int open() {
    return OPEN.size();
  }

  private static void fill(MemorySegment struct, Layout layout, Tensor tensor, Arena arena) {
    TensorSpec spec = tensor.spec();
    ElementType type = ElementType.of(spec.dtype());
    struct.set(JAVA_LONG, layout.data, tensor.address());
    struct.set(JAVA_INT, layout.deviceType, MemoryType.of(tensor.place()));
    struct.set(JAVA_INT, layout.deviceId, tensor.place().ordinal());
    struct.set(JAVA_INT, layout.rank, spec.rank());
    struct.set(JAVA_BYTE, layout.code, (byte) type.code());
    struct.set(JAVA_BYTE, layout.bits, (byte) type.bits());
    struct.set(JAVA_SHORT, layout.lanes, (short) 1);
    struct.set(JAVA_LONG, layout.shape, arena.allocateFrom(JAVA_LONG, spec.shape()).address());
    struct.set(JAVA_LONG, layout.strides, arena.allocateFrom(JAVA_LONG, spec.strides()).address());
    struct.set(JAVA_LONG, layout.deleter, Deleters.ours());
    if (layout == Layout.VERSIONED) {
      struct.set(JAVA_INT, layout.field("major"), ManagedTensor.MAJOR);
      struct.set(
          JAVA_LONG, layout.field("flags"), tensor.isReadOnly() ? ManagedTensor.READ_ONLY : 0);
    }
  }
}
