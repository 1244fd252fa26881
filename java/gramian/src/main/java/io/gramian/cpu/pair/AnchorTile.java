package io.gramian.cpu.pair;

import io.gramian.cpu.device.Workers;
import io.gramian.cpu.simd.PackedRows;
import io.gramian.cpu.simd.Panels;
import io.gramian.cpu.simd.Resources;
import io.gramian.cpu.simd.Vectors;

/** The anchors of a tile, packed for inner products and, if asked for, for gradients. */
final class AnchorTile {
  private final Vectors vectors;
  private final PackedRows packed;
  private int first = -1;
  private boolean hasRows;

  AnchorTile(Resources resources, Vectors vectors, int size, boolean asRows) {
    this.vectors = vectors;
    this.packed = new PackedRows(resources, size, vectors.d(), asRows);
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
    return packed.count();
  }

  /** The transposed anchors [d,anchors]. */
  Panels columns() {
    return packed.columns();
  }

  /** The anchors [anchors,d], filled where it was asked for. */
  Panels rows() {
    return packed.rows();
  }

  /**
   * Takes a run of anchors, once the tasks are done that this returns.
   *
   * @param asRows whether to fill {@link #rows} too, if there
   * @param scratch one array per worker, with room for as many rows as a panel has columns
   * @param stride of rows in the scratch
   */
  Workers.Part load(int from, int size, boolean asRows, float[][] scratch, int stride) {
    if (first == from && hasRows == asRows) {
      return Workers.Part.NOTHING;
    }
    first = from;
    hasRows = asRows;
    packed.resize(size, asRows);
    return new Workers.Part(
        packed.panels(),
        (panel, worker) -> packed.pack(panel, vectors::read, first, scratch[worker], stride));
  }
}
