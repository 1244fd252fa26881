package io.gramian.op;

import io.gramian.ParameterException;
import java.util.List;
import java.util.Optional;

/**
 * How the shards of ranks make up the batch of an op: tensors whose first dimension is one of some
 * are put one after another in the order of the ranks.
 *
 * @param whole the op over the whole batch
 * @param dims names of the dimensions that are divided
 * @param unit how many neighbouring rows belong together
 * @param head how many rows of each shard come before the remaining rows of all shards
 * @param travelling the dimension whose rows go to all ranks while the others stay, for backends
 *     that divide the work so; where there is none, all go to all ranks
 * @param staying the dimension whose rows stay on their rank, because the op takes each by itself:
 *     results without rows are means over it
 */
public record Sharding(
    Op whole,
    List<String> dims,
    int unit,
    long head,
    Optional<String> travelling,
    Optional<String> staying) {
  /** Copies the dimensions. */
  public Sharding {
    ParameterException.requireNonNull(whole, "an op");
    dims = List.copyOf(ParameterException.requireNonNull(dims, "dimensions"));
    ParameterException.requireNonNull(travelling, "a dimension or none");
    ParameterException.requireNonNull(staying, "a dimension or none");
  }

  /** Shards of single rows, one after another. */
  static Optional<Sharding> of(Op whole, String... dims) {
    return Optional.of(
        new Sharding(whole, List.of(dims), 1, 0, Optional.empty(), Optional.empty()));
  }

  /** Shards of rows that belong together, the first of which have something that others lack. */
  static Optional<Sharding> ofUnits(Op whole, String dim, int unit, long head) {
    return Optional.of(
        new Sharding(whole, List.of(dim), unit, head, Optional.empty(), Optional.empty()));
  }

  /** Shards of single rows of which one dimension may travel and the other stay. */
  static Optional<Sharding> travelling(Op whole, String travelling, String staying) {
    return Optional.of(
        new Sharding(
            whole, List.of(travelling, staying), 1, 0, Optional.of(travelling), Optional.empty()));
  }

  /** Shards of single rows, each of which is taken by itself with those of another dimension. */
  static Optional<Sharding> staying(Op whole, String staying, String gathered) {
    return Optional.of(
        new Sharding(
            whole, List.of(staying, gathered), 1, 0, Optional.empty(), Optional.of(staying)));
  }
}
