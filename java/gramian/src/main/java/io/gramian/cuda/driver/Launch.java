package io.gramian.cuda.driver;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A kernel with the native memory of its one parameter, a struct. The struct is filled in place and
 * the driver copies it when the launch is enqueued, so one launch serves many runs. Enqueuing
 * allocates nothing. For one thread at a time.
 */
public final class Launch implements AutoCloseable {
  private static final long PARAMETER_ALIGNMENT = 128;

  // The driver compares the size with that of the kernel's parameter.
  private static final long END = 0;
  private static final long BUFFER_POINTER = 1;
  private static final long BUFFER_SIZE = 2;

  private final Kernel kernel;
  private final int blockThreads;
  private final int sharedBytes;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment parameter;
  private final MemorySegment extra;

  /**
   * A launch of blocks of one shape.
   *
   * @param blockThreads threads of a block
   * @param sharedBytes dynamic shared memory of a block
   * @param parameterBytes size of the struct, which starts as zeros
   */
  public Launch(Kernel kernel, int blockThreads, int sharedBytes, long parameterBytes) {
    this.kernel = kernel;
    this.blockThreads = blockThreads;
    this.sharedBytes = sharedBytes;
    this.parameter = arena.allocate(parameterBytes, PARAMETER_ALIGNMENT);
    this.extra = arena.allocate(ValueLayout.JAVA_LONG, 6);
    long sizeAddress = extra.address() + 5 * Long.BYTES;
    long[] words = {
      BUFFER_POINTER, parameter.address(), BUFFER_SIZE, sizeAddress, END, parameterBytes
    };
    MemorySegment.copy(words, 0, extra, ValueLayout.JAVA_LONG, 0, words.length);
  }

  /** The memory of the struct. */
  public MemorySegment parameter() {
    return parameter;
  }

  /**
   * Enqueues the kernel.
   *
   * @param stream a {@code CUstream} of the kernel's context
   * @throws io.gramian.CudaException with the kernel and the launch, if the driver refuses it or an
   *     earlier kernel failed
   * @throws io.gramian.ClosedException if this is closed, and with it the memory that the driver
   *     would read
   */
  public void enqueue(long stream, int gridX, int gridY, int gridZ) {
    if (!extra.scope().isAlive()) {
      throw PrimaryContext.closed("launch of kernel " + kernel.name());
    }
    PrimaryContext context = kernel.context();
    boolean entered = context.enter();
    int code;
    try {
      code =
          context
              .driver()
              .cuLaunchKernel(
                  kernel.function(),
                  gridX,
                  gridY,
                  gridZ,
                  blockThreads,
                  sharedBytes,
                  stream,
                  extra.address());
    } finally {
      context.leave(entered);
    }
    if (code != 0) {
      throw context.failure("cuLaunchKernel", code, describe(gridX, gridY, gridZ));
    }
  }

  /** Frees the memory of the struct; runs that were enqueued have copied it. */
  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }

  private String describe(int gridX, int gridY, int gridZ) {
    return "kernel "
        + kernel.name()
        + ", grid ["
        + gridX
        + ", "
        + gridY
        + ", "
        + gridZ
        + "], block ["
        + blockThreads
        + ", 1, 1], "
        + sharedBytes
        + " bytes of dynamic shared memory, "
        + parameter.byteSize()
        + " bytes of parameter";
  }
}
