package io.gramian.cpu.cloud;

import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.device.Workers;
import io.gramian.cpu.simd.Panels;
import io.gramian.cpu.simd.Simd;

/** All points of a set, packed in chunks as right operands of matrix products. */
public final class PackedPoints {
  /** Points of a chunk. */
  static final int CHUNK = 512;

  private final Simd simd;
  private final Workers workers;
  private final PointSet set;
  private final Panels[] columns;
  private final Panels[] rows;

  /**
   * Room for the points of a set.
   *
   * @param backward whether the points themselves will be summed up, too
   */
  public PackedPoints(CpuDevice device, PointSet set, boolean backward) {
    this.simd = Simd.of(device);
    this.workers = device.workers();
    this.set = set;
    int chunks = (set.count() + CHUNK - 1) / CHUNK;
    this.columns = new Panels[chunks];
    this.rows = new Panels[backward ? chunks : 0];
    for (int c = 0; c < chunks; c++) {
      columns[c] = new Panels(simd.tiles(), set.d(), size(c));
      if (backward) {
        rows[c] = new Panels(simd.tiles(), size(c), set.d());
      }
    }
  }

  /** Reads the points of a run. */
  public void load() {
    int panel = simd.tiles().columns();
    int stride = Panels.padded(set.d(), Simd.PADDING);
    workers.run(
        columns.length,
        (chunk, worker) -> {
          float[] block = new float[panel * stride];
          for (int p = 0; p < columns[chunk].panels(); p++) {
            int from = p * panel;
            int count = Math.min(panel, size(chunk) - from);
            for (int i = 0; i < count; i++) {
              set.points().read(first(chunk) + from + i, block, i * stride);
              if (rows.length > 0) {
                rows[chunk].setRow(from + i, block, i * stride);
              }
            }
            columns[chunk].setPanelTransposed(p, block, 0, stride, count);
          }
        });
  }

  int chunks() {
    return columns.length;
  }

  /** The first point of a chunk. */
  int first(int chunk) {
    return chunk * CHUNK;
  }

  /** Points of a chunk. */
  int size(int chunk) {
    return Math.min(CHUNK, set.count() - first(chunk));
  }

  /** The points of a chunk as columns. */
  Panels columns(int chunk) {
    return columns[chunk];
  }

  /** The points of a chunk as rows. */
  Panels rows(int chunk) {
    return rows[chunk];
  }

  public long bytes() {
    long bytes = 0;
    for (Panels panels : columns) {
      bytes += panels.bytes();
    }
    for (Panels panels : rows) {
      bytes += panels.bytes();
    }
    return bytes;
  }
}
