package io.gramian.cpu.pair;

import io.gramian.cpu.simd.Vectors;
import java.util.List;

/**
 * The multilinear inner product: that of the anchor with the elementwise product of the members.
 */
final class MipScore extends CosineScore {
  @Override
  public TupleRows rows(List<Vectors> members) {
    return TupleRows.elementwise(members);
  }

  /** An absent member counts as ones, an anchor never does. */
  @Override
  public boolean isSymmetric() {
    return false;
  }
}
