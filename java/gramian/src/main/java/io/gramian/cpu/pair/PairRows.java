package io.gramian.cpu.pair;

import io.gramian.cpu.simd.Vectors;
import java.util.List;

/**
 * The vectors of a {@link PairEngine} and where their gradients add up.
 *
 * @param anchors rows [B1,d]
 * @param tuples rows [B2,n,d]
 * @param ofAnchors where gradients of the anchors add up
 * @param ofTuples where those of each row of the tuples do
 * @param mirrored whether the tuples are the anchors themselves, each pair met once; their
 *     gradients then are one, and scores are symmetric
 */
public record PairRows(
    Vectors anchors,
    TupleRows tuples,
    GradientSums.Place ofAnchors,
    List<GradientSums.Place> ofTuples,
    boolean mirrored) {
  /** All of a set with all of another. */
  public static PairRows between(
      Vectors x, GradientSums.Place ofX, Vectors y, GradientSums.Place ofY) {
    return new PairRows(x, TupleRows.stacked(List.of(y)), ofX, List.of(ofY), false);
  }

  /** Each pair of a set once. */
  public static PairRows within(Vectors set, boolean backward) {
    GradientSums.Place place = backward ? GradientSums.Place.ADDED : GradientSums.Place.NOWHERE;
    TupleRows tuples = TupleRows.stacked(List.of(set));
    return new PairRows(set, tuples, place, List.of(place), true);
  }

  /** Whether somebody wants gradients of anchors. */
  boolean wantsAnchors() {
    return ofAnchors.isWanted();
  }

  /** Whether somebody wants gradients of tuples. */
  boolean wantsTuples() {
    return ofTuples.stream().anyMatch(GradientSums.Place::isWanted);
  }
}
