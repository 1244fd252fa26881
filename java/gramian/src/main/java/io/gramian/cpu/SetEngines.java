package io.gramian.cpu;

import java.util.List;

/** Pair engines over two sets of vectors. */
final class SetEngines {
  private SetEngines() {}

  /** Inner products of all of a set with all of another. */
  static PairEngine products(
      CpuDevice device, VectorSet x, VectorSet y, int d, int rowStrips, boolean backward) {
    return engine(device, new InnerScore(device.simd()), x, y, d, rowStrips, backward);
  }

  /** Negative squared distances of all of a set from all of another. */
  static PairEngine distances(
      CpuDevice device, VectorSet x, VectorSet y, int d, int rowStrips, boolean backward) {
    PairScore score = new DistanceScore(device.simd(), x.count(), y.count());
    return engine(device, score, x, y, d, rowStrips, backward);
  }

  private static PairEngine engine(
      CpuDevice device,
      PairScore score,
      VectorSet x,
      VectorSet y,
      int d,
      int rowStrips,
      boolean backward) {
    TupleRows rows = TupleRows.stacked(List.of(y.vectors()), d);
    return new PairEngine(
        device.simd(), device.workers(), score, x.vectors(), rows, d, rowStrips, backward);
  }
}
