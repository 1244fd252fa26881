package io.gramian.cpu.pair;

import io.gramian.cpu.device.Workers;
import io.gramian.cpu.simd.Bands;
import io.gramian.cpu.simd.Panels;
import io.gramian.cpu.simd.Resources;
import io.gramian.cpu.simd.TileKernel;

/** The rows of the tuples of a tile, packed for inner products and, if asked for, for gradients. */
final class TupleTile {
  private final TupleRows rows;
  private final int size;

  /** For each member its rows [tuples,d] as left operand. */
  final Bands[] bands;

  /** The same as right operand, filled where it was asked for; empty if never. */
  final Panels[] panels;

  private int first;
  private int count;

  TupleTile(Resources resources, TupleRows rows, int size, boolean asPanels) {
    this.rows = rows;
    this.size = size;
    this.bands = new Bands[rows.rows()];
    this.panels = new Panels[asPanels ? rows.rows() : 0];
    for (int l = 0; l < bands.length; l++) {
      bands[l] = new Bands(resources, size, rows.d);
    }
    for (int l = 0; l < panels.length; l++) {
      panels[l] = new Panels(resources, size, rows.d);
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
   * Takes a run of tuples, once the tasks are done that this returns.
   *
   * @param fillPanels whether to fill {@link #panels} too, if there
   * @param scratch one array per worker, with room for the rows of as many tuples as a band has
   *     rows, and for one row more
   * @param stride of rows in the scratch
   */
  Workers.Part load(int from, boolean fillPanels, float[][] scratch, int stride) {
    first = from;
    count = Math.min(size, rows.count() - from);
    int members = fillPanels ? panels.length : 0;
    for (int l = 0; l < members; l++) {
      panels[l].resize(count, rows.d);
    }
    return new Workers.Part(
        Math.ceilDiv(count, TileKernel.ROWS),
        (band, worker) -> loadBand(band, members, scratch[worker], stride));
  }

  private void loadBand(int band, int members, float[] values, int stride) {
    int n = bands.length;
    int begin = band * TileKernel.ROWS;
    int tuples = Math.min(TileKernel.ROWS, count - begin);
    for (int j = 0; j < tuples; j++) {
      int at = j * n * stride;
      rows.read(first + begin + j, values, at, stride);
      for (int l = 0; l < members; l++) {
        panels[l].setRow(begin + j, values, at + l * stride);
      }
    }
    for (int l = 0; l < n; l++) {
      bands[l].setRows(band, values, l * stride, n * stride, tuples);
    }
  }
}
