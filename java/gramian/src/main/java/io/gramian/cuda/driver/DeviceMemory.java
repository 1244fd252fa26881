package io.gramian.cuda.driver;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** An allocation of device memory, aligned to at least 256 bytes. */
public final class DeviceMemory implements AutoCloseable {
  private final PrimaryContext context;
  private final long address;
  private final long bytes;
  private boolean closed;

  private DeviceMemory(PrimaryContext context, long address, long bytes) {
    this.context = context;
    this.address = address;
    this.bytes = bytes;
  }

  /**
   * Allocates memory; its contents are undefined.
   *
   * @param bytes at least 1
   * @throws io.gramian.CudaException with the free and total memory, if there is not enough
   */
  public static DeviceMemory allocate(PrimaryContext context, long bytes) {
    Driver driver = context.driver();
    long address =
        context.create(
            "cuMemAlloc_v2",
            out -> driver.cuMemAlloc(out, bytes),
            () -> "asked for " + bytes + " bytes" + available(context));
    return new DeviceMemory(context, address, bytes);
  }

  /** Bytes of the device that nobody has allocated. */
  public static long freeBytes(PrimaryContext context) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment free = arena.allocate(ValueLayout.JAVA_LONG);
      MemorySegment total = arena.allocate(ValueLayout.JAVA_LONG);
      context.call(
          "cuMemGetInfo_v2", () -> context.driver().cuMemGetInfo(free.address(), total.address()));
      return free.get(ValueLayout.JAVA_LONG, 0);
    }
  }

  /** The device address. */
  public long address() {
    return address;
  }

  /** The size. */
  public long bytes() {
    return bytes;
  }

  /** Whether it has been freed. */
  public synchronized boolean isClosed() {
    return closed;
  }

  /**
   * Frees the memory, after all work of the device; does nothing a second time. The wait is asked
   * for, since the driver promises none.
   */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    try {
      context.await();
    } finally {
      context.destroy("cuMemFree_v2", () -> context.driver().cuMemFree(address));
    }
  }

  private static String available(PrimaryContext context) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment free = arena.allocate(ValueLayout.JAVA_LONG);
      MemorySegment total = arena.allocate(ValueLayout.JAVA_LONG);
      int code =
          context.within(() -> context.driver().cuMemGetInfo(free.address(), total.address()));
      return code != 0
          ? ""
          : ", of "
              + total.get(ValueLayout.JAVA_LONG, 0)
              + " bytes "
              + free.get(ValueLayout.JAVA_LONG, 0)
              + " are free";
    }
  }
}
