package io.gramian.spi;

import io.gramian.Stream;

/**
 * What a device with a memory of its own does beside ops, for benchmarks: bytes are moved without
 * regard to tensors. Devices that can do it implement this.
 */
public interface RawDevice {
  /** A kernel without parameters. */
  interface EmptyKernel extends AutoCloseable {
    /** Enqueues one block of one thread. */
    void enqueue(Stream stream);

    @Override
    void close();
  }

  /** Enqueues a copy within the memory of the device. */
  void copy(Stream stream, long from, long to, long bytes);

  /** Enqueues the filling of device memory with one byte. */
  void fill(Stream stream, long address, byte value, long bytes);

  /** Bytes that could be allocated now. */
  long freeBytes();

  /**
   * Makes a kernel that does nothing: what is left of a launch without work.
   *
   * @throws io.gramian.CudaException if the driver compiles no PTX
   */
  EmptyKernel emptyKernel();
}
