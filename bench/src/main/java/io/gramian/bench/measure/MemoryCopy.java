package io.gramian.bench.measure;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A copy of memory by all threads, as fast as this machine does it. */
public final class MemoryCopy implements Runnable, AutoCloseable {
  private static final long ALIGNMENT = 64;

  private final Arena arena = Arena.ofShared();
  private final Together together;
  private final int threads;
  private final MemorySegment from;
  private final MemorySegment to;

  /**
   * Prepares a copy.
   *
   * @param traffic bytes read and written together; half of it is copied
   * @param threads how many share the copy
   */
  public MemoryCopy(long traffic, int threads) {
    this.threads = threads;
    this.together = new Together(threads);
    long bytes = Math.max(traffic / 2, 1);
    from = arena.allocate(bytes, ALIGNMENT);
    to = arena.allocate(bytes, ALIGNMENT);
    // Pages that were never written are all one page of zeros, and faster than memory.
    from.fill((byte) 1);
    to.fill((byte) 2);
  }

  @Override
  public void run() {
    long bytes = from.byteSize();
    together.run(
        i -> {
          long begin = bytes * i / threads;
          long length = bytes * (i + 1) / threads - begin;
          MemorySegment.copy(from, begin, to, begin, length);
        });
  }

  @Override
  public void close() {
    together.close();
    arena.close();
  }
}
