package io.gramian.cuda.device;

/** How a plan's workspace is divided: regions at offsets that are multiples of 256 bytes. */
public final class Scratch {
  private static final long ALIGNMENT = 256;

  private long end;
  private long bytes;

  /** The offset of a new region. */
  public long region(long size) {
    long offset = end;
    end = Math.addExact(end, Math.ceilDiv(size, ALIGNMENT) * ALIGNMENT);
    bytes = Math.max(bytes, end);
    return offset;
  }

  /** The offset of a new region of floats or 32-bit integers. */
  public long words(long count) {
    return region(Math.multiplyExact(count, Integer.BYTES));
  }

  /** The offset of a new region of doubles. */
  public long doubles(long count) {
    return region(Math.multiplyExact(count, Double.BYTES));
  }

  /** A new region. */
  public Region reserve(long size) {
    return new Region(region(size));
  }

  /** A new region, or none where it is not wanted. */
  public Region reserve(boolean wanted, long size) {
    return wanted ? reserve(size) : Region.NONE;
  }

  /** Where the next region starts. */
  public long mark() {
    return end;
  }

  /** Lets the next regions take the place of those since a mark. */
  public void rewind(long mark) {
    end = mark;
  }

  /** The size of all regions. */
  public long bytes() {
    return bytes;
  }
}
