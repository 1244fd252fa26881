package io.gramian.cuda.driver;

import io.gramian.CudaException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/** Kernels loaded into a context. */
public final class DriverModule implements AutoCloseable {
  private static final int JIT_INFO_LOG_BUFFER = 3;
  private static final int JIT_INFO_LOG_BUFFER_BYTES = 4;
  private static final int JIT_ERROR_LOG_BUFFER = 5;
  private static final int JIT_ERROR_LOG_BUFFER_BYTES = 6;
  private static final int LOG_BYTES = 16 * 1024;
  private static final long IMAGE_ALIGNMENT = 64;

  private final PrimaryContext context;
  private final String origin;
  private final long handle;
  private boolean closed;

  private DriverModule(PrimaryContext context, String origin, long handle) {
    this.context = context;
    this.origin = origin;
    this.handle = handle;
  }

  /**
   * Loads machine code.
   *
   * @param origin where it comes from, for errors
   * @throws CudaException if it is not for this device
   */
  public static DriverModule load(PrimaryContext context, String origin, byte[] image) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment data = arena.allocate(image.length, IMAGE_ALIGNMENT).copyFrom(heap(image));
      long handle =
          context.create(
              "cuModuleLoadData",
              out -> context.driver().cuModuleLoadData(out, data.address()),
              () -> origin + " on " + describe(context));
      return new DriverModule(context, origin, handle);
    }
  }

  /**
   * Has the driver compile PTX and loads the result.
   *
   * @param origin where it comes from, for errors
   * @throws CudaException with the compiler's log, if the driver cannot compile it
   */
  public static DriverModule compile(PrimaryContext context, String origin, byte[] ptx) {
    try (Arena arena = Arena.ofConfined()) {
      // The driver wants the text terminated; native memory of an arena is zeroed.
      MemorySegment text = arena.allocate(ptx.length + 1L, IMAGE_ALIGNMENT);
      text.asSlice(0, ptx.length).copyFrom(heap(ptx));
      MemorySegment info = arena.allocate(LOG_BYTES);
      MemorySegment error = arena.allocate(LOG_BYTES);
      int[] options = {
        JIT_INFO_LOG_BUFFER,
        JIT_INFO_LOG_BUFFER_BYTES,
        JIT_ERROR_LOG_BUFFER,
        JIT_ERROR_LOG_BUFFER_BYTES
      };
      MemorySegment names = arena.allocateFrom(ValueLayout.JAVA_INT, options);
      MemorySegment values =
          arena.allocateFrom(
              ValueLayout.JAVA_LONG, info.address(), LOG_BYTES, error.address(), LOG_BYTES);
      long handle =
          context.create(
              "cuModuleLoadDataEx",
              out ->
                  context
                      .driver()
                      .cuModuleLoadDataEx(
                          out, text.address(), options.length, names.address(), values.address()),
              () -> origin + " on " + describe(context) + ": " + log(error) + log(info));
      return new DriverModule(context, origin, handle);
    }
  }

  /**
   * Finds a kernel.
   *
   * @throws CudaException naming the image, if it has no such kernel
   */
  public Kernel kernel(String name) {
    long module = live();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocateFrom(name, StandardCharsets.US_ASCII);
      long function =
          context.create(
              "cuModuleGetFunction",
              out -> context.driver().cuModuleGetFunction(out, module, text.address()),
              () -> "kernel " + name + " of " + origin);
      return new Kernel(context, name, function);
    }
  }

  /** Unloads the kernels; their runs must be done. Does nothing a second time. */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    context.destroy("cuModuleUnload", () -> context.driver().cuModuleUnload(handle));
  }

  private synchronized long live() {
    if (closed) {
      throw PrimaryContext.closed("module " + origin);
    }
    return handle;
  }

  private static MemorySegment heap(byte[] bytes) {
    return MemorySegment.ofArray(bytes);
  }

  private static String log(MemorySegment buffer) {
    return buffer.getString(0).strip();
  }

  private static String describe(PrimaryContext context) {
    return context.device().name() + ", compute capability " + context.device().capability();
  }
}
