package io.gramian.cuda;

/** How a plan's workspace is divided: regions at offsets that are multiples of 256 bytes. */
final class Scratch {
  private static final long ALIGNMENT = 256;

  private long bytes;

  /** The offset of a new region. */
  long region(long size) {
    long offset = bytes;
    bytes = Math.addExact(bytes, Math.ceilDiv(size, ALIGNMENT) * ALIGNMENT);
    return offset;
  }

  /** The offset of a new region of floats or 32-bit integers. */
  long words(long count) {
    return region(Math.multiplyExact(count, Integer.BYTES));
  }

  /** The offset of a new region of doubles. */
  long doubles(long count) {
    return region(Math.multiplyExact(count, Double.BYTES));
  }

  /** The size of all regions. */
  long bytes() {
    return bytes;
  }
}
