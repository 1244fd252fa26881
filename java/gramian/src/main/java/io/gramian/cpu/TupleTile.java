package io.gramian.cpu;

/** The rows of the tuples of a tile, packed for inner products and, if asked for, for gradients. */
final class TupleTile {
  private final Workers workers;
  private final TupleRows rows;
  private final int size;
  private final int width;

  /** The rows, those of a member of all tuples together. */
  final float[] values;

  /** From the row of a tuple to that of the next one. */
  final int stride;

  /** From the row of a member to that of the next one. */
  final int memberStride;

  /** For each member its rows [tuples,d], filled where it was asked for; empty if never. */
  final Panels[] panels;

  private int first;
  private int count;

  TupleTile(TileKernel tiles, Workers workers, TupleRows rows, int size, boolean asPanels) {
    this.workers = workers;
    this.rows = rows;
    this.size = size;
    this.width = Panels.padded(rows.d, tiles.columns());
    // Not a multiple of a large power of two, so that rows do not share cache sets.
    this.stride = width + Simd.PADDING;
    this.memberStride = size * stride;
    this.values = new float[rows.rows() * memberStride];
    this.panels = new Panels[asPanels ? rows.rows() : 0];
    for (int l = 0; l < panels.length; l++) {
      panels[l] = new Panels(tiles, size, rows.d);
    }
  }

  /** Number of the first tuple. */
  int first() {
    return first;
  }

  /** Number of tuples. */
  int count() {
    return count;
  }

  /**
   * Takes a run of tuples, {@code block} of them per task.
   *
   * @param fillPanels whether to fill {@link #panels} too, if there
   */
  void load(int from, int block, boolean fillPanels) {
    first = from;
    count = Math.min(size, rows.count() - from);
    int members = fillPanels ? panels.length : 0;
    for (int l = 0; l < members; l++) {
      panels[l].resize(count, rows.d);
    }
    workers.run(
        (count + block - 1) / block,
        (task, worker) -> {
          float[] spare = new float[width];
          for (int j = task * block; j < Math.min(task * block + block, count); j++) {
            int at = j * stride;
            rows.read(first + j, false, values, at, memberStride, spare);
            for (int l = 0; l < members; l++) {
              panels[l].setRow(j, values, l * memberStride + at);
            }
          }
        });
  }

  /** The rows of a member from a tuple of the tile on, as left operand. */
  Left left(int member, int tuple) {
    return Left.rows(values, member * memberStride + tuple * stride, stride);
  }

  long bytes() {
    long bytes = 4L * values.length;
    for (Panels member : panels) {
      bytes += member.bytes();
    }
    return bytes;
  }
}
