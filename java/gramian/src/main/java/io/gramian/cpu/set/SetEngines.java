package io.gramian.cpu.set;

import io.gramian.cpu.pair.CosineScore;
import io.gramian.cpu.pair.PairEngine;
import io.gramian.cpu.pair.PairObjective;
import io.gramian.cpu.pair.PairRows;
import io.gramian.cpu.simd.Resources;
import java.util.List;

/** Pair engines over sets of vectors. */
public final class SetEngines {
  private SetEngines() {}

  /** Inner products of each pair of a set once. */
  public static PairEngine ownCosines(Resources resources, VectorSet set, PairObjective objective) {
    return new PairEngine(resources, new CosineScore(), within(set), List.of(objective));
  }

  /** The score of {@link #distances}. */
  public static DistanceScore score(Resources resources, VectorSet x, VectorSet y) {
    return DistanceScore.of(resources, x.count(), y.count());
  }

  /** Negative squared distances of all of a set from all of another. */
  public static PairEngine distances(
      Resources resources, VectorSet x, VectorSet y, DistanceScore score, PairObjective objective) {
    PairRows rows = PairRows.between(x.vectors(), x.place(), y.vectors(), y.place());
    return new PairEngine(resources, score, rows, List.of(objective));
  }

  /** Negative squared distances of each pair of a set once. */
  public static PairEngine ownDistances(
      Resources resources, VectorSet set, DistanceScore score, PairObjective objective) {
    return new PairEngine(resources, score, within(set), List.of(objective));
  }

  private static PairRows within(VectorSet set) {
    return PairRows.within(set.vectors(), set.wantsGradient());
  }
}
