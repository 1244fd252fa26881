package io.gramian.cpu.cloud;

import io.gramian.Bindings;
import io.gramian.Tensor;
import io.gramian.cpu.device.Rows;
import io.gramian.cpu.device.Scalars;
import io.gramian.cpu.device.Workers;
import io.gramian.cpu.simd.PackedRows;
import io.gramian.cpu.simd.Panels;
import io.gramian.cpu.simd.Resources;
import io.gramian.cpu.simd.Simd;

/**
 * The inputs {@code frequencies} Omega [D,d] and {@code phases} [D] of random features, packed for
 * gemms. {@link #bind} in each run.
 */
public final class Features {
  private final Workers workers;
  private final int d;
  private final PackedRows frequencies;
  private final float[] phases;
  private final float[][] scratch;
  private final int stride;

  /**
   * Room for {@code count} features of dimension d.
   *
   * @param backward whether gradients will be made
   */
  public Features(Resources resources, int count, int d, boolean backward) {
    this.workers = resources.workers();
    this.d = d;
    this.frequencies = new PackedRows(resources, count, d, backward);
    this.phases = resources.floats(Panels.padded(count, Simd.PADDING));
    this.stride = Panels.padded(d, Simd.PADDING);
    this.scratch = resources.scratch(resources.simd().gemm().columns() * stride);
  }

  /** Reads the features of a run. */
  public void bind(Bindings in) {
    Rows rows = new Rows(in.get("frequencies"));
    Tensor phase = in.get("phases");
    for (int f = 0; f < count(); f++) {
      phases[f] = (float) Scalars.get(phase, f);
    }
    workers.run(
        frequencies.panels(),
        (panel, worker) -> frequencies.pack(panel, rows::read, 0, scratch[worker], stride));
  }

  /** D. */
  int count() {
    return frequencies.count();
  }

  int d() {
    return d;
  }

  /** Omega^T [d,D]. */
  Panels columns() {
    return frequencies.columns();
  }

  /** Omega [D,d], with gradients. */
  Panels rows() {
    return frequencies.rows();
  }

  /** b. */
  float[] phases() {
    return phases;
  }
}
