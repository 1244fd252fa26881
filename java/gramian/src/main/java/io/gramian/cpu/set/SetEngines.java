package io.gramian.cpu.set;

import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.pair.DistanceScore;
import io.gramian.cpu.pair.GradientSums;
import io.gramian.cpu.pair.InnerScore;
import io.gramian.cpu.pair.PairEngine;
import io.gramian.cpu.pair.PairScore;
import io.gramian.cpu.pair.TupleRows;
import io.gramian.cpu.simd.Simd;
import java.util.List;

/** Pair engines over two sets of vectors; which sets get gradients is open. */
public final class SetEngines {
  private SetEngines() {}

  /** Inner products of all of a set with all of another. */
  public static PairEngine products(
      CpuDevice device, VectorSet x, VectorSet y, int d, int rowStrips, boolean ofX, boolean ofY) {
    return between(device, new InnerScore(Simd.of(device)), x, y, d, rowStrips, ofX, ofY);
  }

  /** Inner products of each pair of a set once. */
  public static PairEngine ownProducts(
      CpuDevice device, VectorSet set, int d, int rowStrips, boolean backward) {
    return within(device, new InnerScore(Simd.of(device)), set, d, rowStrips, backward);
  }

  /** Negative squared distances of all of a set from all of another. */
  public static PairEngine distances(
      CpuDevice device, VectorSet x, VectorSet y, int d, int rowStrips, boolean ofX, boolean ofY) {
    PairScore score = new DistanceScore(Simd.of(device), x.count(), y.count());
    return between(device, score, x, y, d, rowStrips, ofX, ofY);
  }

  /** Negative squared distances of each pair of a set once. */
  public static PairEngine ownDistances(
      CpuDevice device, VectorSet set, int d, int rowStrips, boolean backward) {
    PairScore score = new DistanceScore(Simd.of(device), set.count(), set.count());
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
        Simd.of(device),
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
        Simd.of(device),
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
