package io.gramian.cuda.set;

import io.gramian.cuda.abi.Constants;
import io.gramian.cuda.abi.ExactPairs;
import io.gramian.cuda.device.Region;
import io.gramian.cuda.device.Scratch;

/**
 * What an op needs to make all pairs of two sets again in double, from differences of the points:
 * where sets are nearly equal, or points lie near each other but far from the rest. The device
 * decides whether a run needs that, so that nothing waits.
 */
public final class ExactSets {
  private final SetPoints x;
  private final SetPoints y;
  private final boolean isBackward;
  private final Region isWanted;
  private Region gradient = Region.NONE;

  private long workspace;

  /** Reserves the decision. */
  public ExactSets(Scratch scratch, CentredSets sets, boolean isBackward) {
    this.x = sets.x();
    this.y = sets.y();
    this.isBackward = isBackward;
    this.isWanted = scratch.reserve(Integer.BYTES);
  }

  /** Reserves the gradients of all points, where passes in float have no use of the workspace. */
  public void reserveGradient(Scratch scratch) {
    long numbers = (long) points() * x.rows().d();
    gradient = scratch.reserve(isBackward, Double.BYTES * numbers);
  }

  /** What never changes of the pairs. */
  public void prepare(ExactPairs field) {
    x.describe(field.sets(0));
    y.describe(field.sets(1));
  }

  /**
   * The addresses of a run.
   *
   * @param withGradient whether the kernel leaves gradients
   */
  public void bind(ExactPairs field, boolean withGradient) {
    x.bind(field.sets(0));
    y.bind(field.sets(1));
    field.isWanted(isWanted()).gradient(withGradient ? gradient.at(workspace) : 0);
  }

  /** Takes the workspace of a run. */
  public void bind(long workspaceAddress) {
    workspace = workspaceAddress;
  }

  /** Points of both sets. */
  public int points() {
    return Math.addExact(x.rows().count(), y.rows().count());
  }

  /** Number of the first point of a set; those of x come first. */
  public int first(SetPoints set) {
    return set == x ? 0 : x.rows().count();
  }

  /** Points of the smaller set. */
  public int least() {
    return Math.min(x.rows().count(), y.rows().count());
  }

  /** Blocks of the kernels over all pairs. */
  public int blocks() {
    return Math.ceilDiv(points(), Constants.EXACT_TILE);
  }

  /** Device address of the decision, 0 or 1. */
  public long isWanted() {
    return isWanted.at(workspace);
  }

  /** Device address of the gradients of a set, doubles [count, d]. */
  long gradient(SetPoints set) {
    return gradient.at(workspace) + (long) Double.BYTES * first(set) * x.rows().d();
  }
}
