package io.gramian;

/**
 * Whether two strided tensors share a byte. Their rows may lie between one another: what counts are
 * the bytes of elements, not the spans.
 *
 * <p>Both are cut along the dimension that steps furthest. Where the two step equally far, what
 * matters of a pair of slices is how many steps lie between them, and only few such distances are
 * short enough; so views of one buffer are told apart at once.
 */
final class Overlap {
  private Overlap() {}

  /**
   * Whether a tensor at address {@code a} shares a byte with one at {@code b} of the same memory.
   */
  static boolean of(long a, TensorSpec x, long b, TensorSpec y) {
    return x.elements() > 0 && y.elements() > 0 && share(a, x, 0, b, y, 0);
  }

  /** The same for the slices that dimensions {@code i} and {@code j} on make. */
  private static boolean share(long a, TensorSpec x, int i, long b, TensorSpec y, int j) {
    long sizeX = x.spanBytes(i);
    long sizeY = y.spanBytes(j);
    if (a + sizeX <= b || b + sizeY <= a) {
      return false;
    }
    boolean denseX = x.isPacked(i);
    boolean denseY = y.isPacked(j);
    if (denseX && denseY) {
      return true;
    }
    if (!denseX && x.size(i) == 1) {
      return share(a, x, i + 1, b, y, j);
    }
    if (!denseY && y.size(j) == 1) {
      return share(a, x, i, b, y, j + 1);
    }
    long stepX = denseX ? 0 : x.stride(i) * x.dtype().bytes();
    long stepY = denseY ? 0 : y.stride(j) * y.dtype().bytes();
    if (stepX < stepY) {
      return share(b, y, j, a, x, i);
    }
    // Slices k of x that reach into y or, where both step equally far, k slices after those of y.
    long size = stepX == stepY ? y.spanBytes(j + 1) : sizeY;
    long first = stepX == stepY ? 1 - y.size(j) : 0;
    long low = Math.max(first, Math.floorDiv(b - a - x.spanBytes(i + 1), stepX) + 1);
    long high = Math.min(x.size(i) - 1, Math.ceilDiv(b - a + size, stepX) - 1);
    int inner = stepX == stepY ? j + 1 : j;
    for (long k = low; k <= high; k++) {
      if (share(a + k * stepX, x, i + 1, b, y, inner)) {
        return true;
      }
    }
    return false;
  }
}
