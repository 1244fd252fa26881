package io.gramian.spi;

import java.lang.foreign.MemorySegment;

/** Synchronous copies between host memory and the memory of a place. */
public interface MemoryAccess {
  /** Host memory is read in place, so nothing is ever copied through here. */
  MemoryAccess HOST =
      new MemoryAccess() {
        @Override
        public void read(long address, MemorySegment host) {
          throw new IllegalStateException("host memory is read in place");
        }

        @Override
        public void write(MemorySegment host, long address) {
          throw new IllegalStateException("host memory is written in place");
        }
      };

  /**
   * Copies device memory at {@code address} into all of {@code host}, after all earlier work.
   *
   * @param address of the memory of the device
   * @param host memory of the host
   */
  void read(long address, MemorySegment host);

  /**
   * Copies all of {@code host} into device memory at {@code address}, after all earlier work.
   *
   * @param host memory of the host
   * @param address of the memory of the device
   */
  void write(MemorySegment host, long address);
}
