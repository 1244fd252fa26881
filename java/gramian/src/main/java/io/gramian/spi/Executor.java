package io.gramian.spi;

import io.gramian.Bindings;
import io.gramian.Stream;
import java.lang.foreign.MemorySegment;

/**
 * An op prepared by a backend for fixed shapes and element types. {@link io.gramian.Plan} calls it
 * with bindings that it has checked against those the executor was made for, never from two threads
 * at once.
 */
public interface Executor extends AutoCloseable {
  /** {@return bytes of scratch memory that a run needs at the place of the device} */
  long workspaceBytes();

  /**
   * {@return bytes of scratch memory that the executor holds itself, beside the workspace of a run}
   */
  default long ownedBytes() {
    return 0;
  }

  /**
   * Enqueues one run: no allocation on the device, no hidden synchronisation.
   *
   * @param stream to enqueue on, of this device
   * @param inputs the inputs by name
   * @param outputs where the results go, by name
   * @param workspace at least {@link #workspaceBytes} bytes of the device's place: memory for the
   *     host, elsewhere a segment of length zero at the device address; aligned to 256 bytes where
   *     native
   */
  void run(Stream stream, Bindings inputs, Bindings outputs, MemorySegment workspace);

  /** Frees what the executor holds. */
  @Override
  default void close() {}
}
