package io.gramian.cuda.driver;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Synchronous copies between host and device, and asynchronous work on device memory. Host memory
 * on the Java heap goes through a native buffer, because a copy that waits for the device must not
 * hold up the garbage collector.
 */
public final class MemoryTransfer {
  private static final long BUFFER_BYTES = 1 << 20;
  private static final long BUFFER_ALIGNMENT = 64;

  private MemoryTransfer() {}

  /** Copies device memory into all of {@code host}, after all earlier work of the context. */
  public static void read(PrimaryContext context, long address, MemorySegment host) {
    context.synchronize();
    forEachPart(host, (part, offset) -> readPart(context, address + offset, part), true);
  }

  /** Copies all of {@code host} to the device, after all earlier work of the context. */
  public static void write(PrimaryContext context, MemorySegment host, long address) {
    context.synchronize();
    forEachPart(host, (part, offset) -> writePart(context, part, address + offset), false);
    // The driver may return when it has read pageable memory, before the data is on the device,
    // and only streams that wait for the default stream would wait for that.
    context.synchronize();
  }

  /** Enqueues a copy within the device. */
  public static void copyAsync(
      PrimaryContext context, long from, long to, long bytes, long stream) {
    context.call(
        "cuMemcpyDtoDAsync_v2",
        () -> context.driver().cuMemcpyDtoDAsync(to, from, bytes, stream),
        () -> range(from, bytes) + " to " + range(to, bytes));
  }

  /** Enqueues the filling of device memory with one byte. Leaves nothing to collect. */
  public static void fillAsync(
      PrimaryContext context, long address, byte value, long bytes, long stream) {
    boolean entered = context.enter();
    int code;
    try {
      code = context.driver().cuMemsetD8Async(address, value, bytes, stream);
    } finally {
      context.leave(entered);
    }
    if (code != 0) {
      throw context.failure("cuMemsetD8Async", code, range(address, bytes));
    }
  }

  private static void readPart(PrimaryContext context, long address, MemorySegment part) {
    context.call(
        "cuMemcpyDtoH_v2",
        () -> context.driver().cuMemcpyDtoH(part.address(), address, part.byteSize()),
        () -> range(address, part.byteSize()));
  }

  private static void writePart(PrimaryContext context, MemorySegment part, long address) {
    context.call(
        "cuMemcpyHtoD_v2",
        () -> context.driver().cuMemcpyHtoD(address, part.address(), part.byteSize()),
        () -> range(address, part.byteSize()));
  }

  private interface PartCopy {
    void copy(MemorySegment nativePart, long offset);
  }

  private static void forEachPart(MemorySegment host, PartCopy copy, boolean toHost) {
    long bytes = host.byteSize();
    if (host.isNative()) {
      if (bytes > 0) {
        copy.copy(host, 0);
      }
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(Math.min(bytes, BUFFER_BYTES), BUFFER_ALIGNMENT);
      for (long offset = 0; offset < bytes; offset += BUFFER_BYTES) {
        MemorySegment part = buffer.asSlice(0, Math.min(bytes - offset, BUFFER_BYTES));
        MemorySegment slice = host.asSlice(offset, part.byteSize());
        if (!toHost) {
          part.copyFrom(slice);
        }
        copy.copy(part, offset);
        if (toHost) {
          slice.copyFrom(part);
        }
      }
    }
  }

  private static String range(long address, long bytes) {
    return bytes + " bytes at 0x" + Long.toHexString(address);
  }
}
