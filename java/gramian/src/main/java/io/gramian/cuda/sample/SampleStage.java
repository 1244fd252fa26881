package io.gramian.cuda.sample;

import io.gramian.cuda.abi.Constants;
import io.gramian.cuda.driver.DeviceInfo;

/**
 * How much of its rows a block of the per-sample kernels keeps in shared memory: a window of chunks
 * of every row, as large as leaves room for two blocks on a multiprocessor.
 *
 * @param chunks chunks of a row in the window
 * @param bytes dynamic shared memory of a block
 */
record SampleStage(int chunks, int bytes) {
  private static final int MOST_CHUNKS = 32;

  /** Shared memory that the driver keeps of each block. */
  private static final int RESERVED_BYTES = 1024;

  /**
   * The window of a launch.
   *
   * @param staticBytes shared memory that the kernel has anyway
   * @param compiledK the number of rows that the kernel is compiled for
   * @param k rows of a sample
   * @param rowBytes size of a row, at least 1
   */
  static SampleStage of(DeviceInfo device, int staticBytes, int compiledK, int k, long rowBytes) {
    int chunkBytes =
        compiledK <= Constants.MOST_WIDE_ROWS
            ? Constants.WIDE_CHUNK_BYTES
            : Constants.NARROW_CHUNK_BYTES;
    int perChunk = Constants.SAMPLE_WARPS * k * chunkBytes;
    int room =
        Math.min(device.sharedBytesOfMultiprocessor() / 2 - RESERVED_BYTES, device.sharedBytes())
            - staticBytes;
    long wanted = Math.min(Math.ceilDiv(rowBytes, chunkBytes), MOST_CHUNKS);
    int chunks = Math.clamp(room / perChunk, 1, (int) wanted);
    return new SampleStage(chunks, chunks * perChunk);
  }
}
