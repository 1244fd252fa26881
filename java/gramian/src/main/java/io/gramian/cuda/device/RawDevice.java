package io.gramian.cuda.device;

import io.gramian.Stream;

/**
 * What a device with a memory of its own does beside ops, for benchmarks: bytes are moved without
 * regard to tensors. Devices that can do it implement this.
 */
public interface RawDevice {
  /** A kernel that does nothing, with one parameter: a struct of eight numbers of 8 bytes. */
  interface EmptyKernel extends AutoCloseable {
    /** How many numbers the parameter has. */
    int ARGUMENTS = 8;

    /** Enqueues one block of one thread; the parameter is what it was. */
    void enqueue(Stream stream);

    /**
     * Writes the parameter, then enqueues one block of one thread.
     *
     * @param arguments {@link #ARGUMENTS} numbers
     */
    void enqueue(Stream stream, long[] arguments);

    /** Its name in the image. */
    String name();

    /** What the driver loaded, so that another binding of the driver can do the same. */
    byte[] image();

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
   * @throws io.gramian.CudaException if the driver cannot load it
   */
  EmptyKernel emptyKernel();
}
