package io.gramian.cpu;

import java.util.List;

/** Pair engines over two sets of vectors; which sets get gradients is open. */
final class SetEngines {
  private SetEngines() {}

  /** Inner products of all of a set with all of another. */
  static PairEngine products(
      CpuDevice device, VectorSet x, VectorSet y, int d, int rowStrips, boolean ofX, boolean ofY) {
    return engine(device, new InnerScore(device.simd()), x, y, d, rowStrips, ofX, ofY);
  }

  /** Negative squared distances of all of a set from all of another. */
  static PairEngine distances(
      CpuDevice device, VectorSet x, VectorSet y, int d, int rowStrips, boolean ofX, boolean ofY) {
    PairScore score = new DistanceScore(device.simd(), x.count(), y.count());
    return engine(device, score, x, y, d, rowStrips, ofX, ofY);
  }

  private static PairEngine engine(
      CpuDevice device,
      PairScore score,
      VectorSet x,
      VectorSet y,
      int d,
      int rowStrips,
      boolean ofX,
      boolean ofY) {
    TupleRows rows = TupleRows.stacked(List.of(y.vectors()), d);
    return new PairEngine(
        device.simd(),
        device.workers(),
        score,
        x.vectors(),
        rows,
        d,
        rowStrips,
        place(x, ofX),
        List.of(place(y, ofY)));
  }

  private static GradientSums.Place place(VectorSet set, boolean wanted) {
    if (!wanted) {
      return GradientSums.Place.NOWHERE;
    }
    return set.isNormalized() ? GradientSums.Place.OUTPUT : GradientSums.Place.ADDED;
  }
}
