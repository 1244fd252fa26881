package io.gramian.cpu.pair;

import io.gramian.cpu.device.Workers;
import io.gramian.cpu.simd.Panels;
import io.gramian.cpu.simd.TileKernel;
import io.gramian.cpu.simd.Vectors;

/** The anchors of a tile, packed for inner products and, if asked for, for gradients. */
final class AnchorTile {
  private final Vectors vectors;
  private final int d;

  /** The transposed anchors [d,anchors]. */
  final Panels columns;

  /** The anchors [anchors,d], or null; filled where it was asked for. */
  final Panels rows;

  private int first = -1;
  private int count;
  private boolean hasRows;

  AnchorTile(TileKernel tiles, Vectors vectors, int d, int size, boolean asRows) {
    this.vectors = vectors;
    this.d = d;
    this.columns = new Panels(tiles, d, size);
    this.rows = asRows ? new Panels(tiles, size, d) : null;
  }

  /** Forgets what it holds. */
  void clear() {
    first = -1;
  }

  /** Number of the first anchor. */
  int first() {
    return first;
  }

  /** Number of anchors. */
  int count() {
    return count;
  }

  /**
   * Takes a run of anchors, once the tasks are done that this returns.
   *
   * @param asRows whether to fill {@link #rows} too, if there
   * @param scratch one array per worker, with room for as many rows as a panel has columns
   * @param stride of rows in the scratch
   */
  Workers.Part load(int from, int size, boolean asRows, float[][] scratch, int stride) {
    boolean wantsRows = asRows && rows != null;
    if (first == from && hasRows == wantsRows) {
      return Workers.Part.NOTHING;
    }
    first = from;
    count = size;
    hasRows = wantsRows;
    columns.resize(d, size);
    if (hasRows) {
      rows.resize(size, d);
    }
    return new Workers.Part(
        columns.panels(), (panel, worker) -> loadPanel(panel, scratch[worker], stride));
  }

  private void loadPanel(int panel, float[] values, int stride) {
    int begin = panel * columns.columns();
    int size = Math.min(columns.columns(), count - begin);
    for (int i = 0; i < size; i++) {
      vectors.read(first + begin + i, values, i * stride);
      if (hasRows) {
        rows.setRow(begin + i, values, i * stride);
      }
    }
    columns.setPanelTransposed(panel, values, 0, stride, size);
  }

  long bytes() {
    return columns.bytes() + (rows == null ? 0 : rows.bytes());
  }
}
