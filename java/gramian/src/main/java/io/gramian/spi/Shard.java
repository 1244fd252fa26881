package io.gramian.spi;

import io.gramian.Tensor;

/**
 * The part that a rank has in an op over pairs: it scores the anchors of all ranks with its own
 * tuples. The sums over its tuples are a part of those over all of them, which the ranks put
 * together between the passes of a run; sums over anchors are whole. A label of -1 says that the
 * anchor's tuple is another rank's. Results and gradients of scalars, and the gradient of the
 * anchors, are this rank's part of a sum over the ranks.
 */
public interface Shard {
  /** All tuples are of this process. */
  Shard WHOLE =
      new Shard() {
        @Override
        public boolean isWhole() {
          return true;
        }

        @Override
        public int tuples(int own) {
          return own;
        }

        @Override
        public void sum(Tensor values) {}

        @Override
        public void max(Tensor values) {}
      };

  /** {@return whether there are no other ranks} */
  boolean isWhole();

  /**
   * {@return the number of the tuples of all ranks}
   *
   * @param own those of this rank
   */
  int tuples(int own);

  /**
   * Replaces numbers by their sums over the ranks.
   *
   * @param values packed, f64, at the place of the device
   */
  void sum(Tensor values);

  /**
   * Replaces numbers by the greatest of the ranks.
   *
   * @param values packed, f64, at the place of the device
   */
  void max(Tensor values);
}
