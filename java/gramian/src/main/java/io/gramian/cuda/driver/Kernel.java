package io.gramian.cuda.driver;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A kernel of a loaded module; valid as long as that. */
public final class Kernel {
  private static final int SHARED_SIZE_BYTES = 1;
  private static final int MAX_DYNAMIC_SHARED_SIZE_BYTES = 8;

  private final PrimaryContext context;
  private final String name;
  private final long function;
  private int dynamicSharedBytes;

  Kernel(PrimaryContext context, String name, long function) {
    this.context = context;
    this.name = name;
    this.function = function;
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** Shared memory that a block of it has without being asked for, in bytes. */
  public int staticSharedBytes() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ValueLayout.JAVA_INT);
      context.call(
          "cuFuncGetAttribute",
          () -> context.driver().cuFuncGetAttribute(out.address(), SHARED_SIZE_BYTES, function),
          () -> "shared memory of kernel " + name);
      return out.get(ValueLayout.JAVA_INT, 0);
    }
  }

  /**
   * Allows launches with so much dynamic shared memory; without this, a block has at most 48 KiB in
   * all. Never lowers the limit, since all users of a kernel share it.
   */
  public synchronized void allowDynamicSharedBytes(int bytes) {
    if (bytes <= dynamicSharedBytes) {
      return;
    }
    context.call(
        "cuFuncSetAttribute",
        () -> context.driver().cuFuncSetAttribute(function, MAX_DYNAMIC_SHARED_SIZE_BYTES, bytes),
        () -> "kernel " + name + ", " + bytes + " bytes of dynamic shared memory");
    dynamicSharedBytes = bytes;
  }

  PrimaryContext context() {
    return context;
  }

  long function() {
    return function;
  }
}
