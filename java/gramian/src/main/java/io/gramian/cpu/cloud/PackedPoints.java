package io.gramian.cpu.cloud;

import io.gramian.cpu.device.Workers;
import io.gramian.cpu.simd.PackedRows;
import io.gramian.cpu.simd.Panels;
import io.gramian.cpu.simd.Resources;
import io.gramian.cpu.simd.Simd;
import java.util.Arrays;

/** All points of a set, packed in chunks as right operands of gemms. */
public final class PackedPoints {
  /** Points of a chunk. */
  static final int CHUNK = 512;

  private final Workers workers;
  private final PointSet set;
  private final PackedRows[] chunks;
  private final float[][] scratch;
  private final int stride;

  /**
   * Room for the points of a set.
   *
   * @param backward whether the points themselves will be summed up, too
   */
  public PackedPoints(Resources resources, PointSet set, boolean backward) {
    this.workers = resources.workers();
    this.set = set;
    this.chunks = new PackedRows[Math.ceilDiv(set.count(), CHUNK)];
    Arrays.setAll(chunks, c -> new PackedRows(resources, size(c), set.d(), backward));
    this.stride = Panels.padded(set.d(), Simd.PADDING);
    this.scratch = resources.scratch(resources.simd().gemm().columns() * stride);
  }

  /** Reads the points of a run. */
  public void load() {
    workers.run(
        chunks.length,
        (chunk, worker) -> {
          for (int panel = 0; panel < chunks[chunk].panels(); panel++) {
            chunks[chunk].pack(panel, set.points()::read, first(chunk), scratch[worker], stride);
          }
        });
  }

  int chunks() {
    return chunks.length;
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
    return chunks[chunk].columns();
  }

  /** The points of a chunk as rows. */
  Panels rows(int chunk) {
    return chunks[chunk].rows();
  }
}
