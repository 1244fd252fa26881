package io.gramian.cpu.cloud;

import io.gramian.Bindings;
import io.gramian.Tensor;
import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.device.Rows;
import io.gramian.cpu.device.Scalars;
import io.gramian.cpu.device.Workers;
import io.gramian.cpu.simd.Panels;
import io.gramian.cpu.simd.Simd;

/**
 * The inputs {@code frequencies} Omega [D,d] and {@code phases} [D] of random features, packed for
 * matrix products. {@link #bind} in each run.
 */
public final class WaveFeatures {
  private final Simd simd;
  private final Workers workers;
  private final int count;
  private final int d;
  private final Panels columns;
  private final Panels rows;
  private final float[] phases;

  /**
   * Room for {@code count} features of dimension d.
   *
   * @param backward whether gradients will be made
   */
  public WaveFeatures(CpuDevice device, int count, int d, boolean backward) {
    this.simd = Simd.of(device);
    this.workers = device.workers();
    this.count = count;
    this.d = d;
    this.columns = new Panels(simd.tiles(), d, count);
    this.rows = backward ? new Panels(simd.tiles(), count, d) : null;
    this.phases = new float[Panels.padded(count, Simd.PADDING)];
  }

  /** Reads the features of a run. */
  public void bind(Bindings in) {
    Rows frequencies = new Rows(in.get("frequencies"));
    Tensor phase = in.get("phases");
    for (int f = 0; f < count; f++) {
      phases[f] =
          (float) Scalars.get(phase.memory(), phase.dtype(), (long) f * phase.dtype().bytes());
    }
    int panel = simd.tiles().columns();
    int stride = Panels.padded(d, Simd.PADDING);
    workers.run(
        columns.panels(),
        (task, worker) -> {
          float[] block = new float[panel * stride];
          int from = task * panel;
          int size = Math.min(panel, count - from);
          for (int i = 0; i < size; i++) {
            frequencies.read(from + i, block, i * stride);
            if (rows != null) {
              rows.setRow(from + i, block, i * stride);
            }
          }
          columns.setPanelTransposed(task, block, 0, stride, size);
        });
  }

  /** D. */
  int count() {
    return count;
  }

  public int d() {
    return d;
  }

  /** Omega^T [d,D]. */
  Panels columns() {
    return columns;
  }

  /** Omega [D,d]; null without gradients. */
  Panels rows() {
    return rows;
  }

  /** b. */
  float[] phases() {
    return phases;
  }

  public long bytes() {
    return columns.bytes() + (rows == null ? 0 : rows.bytes()) + 4L * phases.length;
  }
}
