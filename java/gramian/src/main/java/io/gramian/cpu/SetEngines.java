package io.gramian.cpu;

import java.util.List;

/** Pair engines over two sets of vectors; which sets get gradients is open. */
final class SetEngines {
  private SetEngines() {}

  /** Inner products of all of a set with all of another. */
  static PairEngine products(
      CpuDevice device, VectorSet x, VectorSet y, int d, int rowStrips, boolean ofX, boolean ofY) {
    return between(device, new InnerScore(device.simd()), x, y, d, rowStrips, ofX, ofY);
  }

  /** Inner products of each pair of a set once. */
  static PairEngine ownProducts(
      CpuDevice device, VectorSet set, int d, int rowStrips, boolean backward) {
    return within(device, new InnerScore(device.simd()), set, d, rowStrips, backward);
  }

  /** Negative squared distances of all of a set from all of another. */
  static PairEngine distances(
      CpuDevice device, VectorSet x, VectorSet y, int d, int rowStrips, boolean ofX, boolean ofY) {
    PairScore score = new DistanceScore(device.simd(), x.count(), y.count());
    return between(device, score, x, y, d, rowStrips, ofX, ofY);
  }

  /** Negative squared distances of each pair of a set once. */
  static PairEngine ownDistances(
      CpuDevice device, VectorSet set, int d, int rowStrips, boolean backward) {
    PairScore score = new DistanceScore(device.simd(), set.count(), set.count());
    return within(device, score, set, d, rowStrips, backward);
  }

  private static PairEngine between(
      CpuDevice device,
      PairScore score,
      VectorSet x,
      VectorSet y,
      int d,
      int rowStrips,
      boolean ofX,
      boolean ofY) {
    return new PairEngine(
        device.simd(),
        device.workers(),
        score,
        x.vectors(),
        TupleRows.stacked(List.of(y.vectors()), d),
        d,
        rowStrips,
        place(x, ofX),
        List.of(place(y, ofY)),
        false);
  }

  private static PairEngine within(
      CpuDevice device, PairScore score, VectorSet set, int d, int rowStrips, boolean backward) {
    GradientSums.Place place = backward ? GradientSums.Place.ADDED : GradientSums.Place.NOWHERE;
    return new PairEngine(
        device.simd(),
        device.workers(),
        score,
        set.vectors(),
        TupleRows.stacked(List.of(set.vectors()), d),
        d,
        rowStrips,
        place,
        List.of(place),
        true);
  }

  private static GradientSums.Place place(VectorSet set, boolean wanted) {
    if (!wanted) {
      return GradientSums.Place.NOWHERE;
    }
    return set.isNormalized() ? GradientSums.Place.OUTPUT : GradientSums.Place.ADDED;
  }
}
