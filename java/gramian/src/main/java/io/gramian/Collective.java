package io.gramian;

/**
 * One rank of a group that exchanges arrays in host memory. All ranks make the same calls in the
 * same order; an exchange ends when all have made it. Sums are taken in the order of the ranks, so
 * that all ranks get the same bits in every run.
 *
 * <p>A call throws a {@link CollectiveException} on every rank that waits for it, and each later
 * call on every rank, once ranks disagree about an exchange, one is later than the time limit of
 * the group, one has been closed, or one has called {@link #abort}. Not thread-safe.
 */
public interface Collective extends AutoCloseable {
  /** This rank, from 0. */
  int rank();

  /** How many ranks there are. */
  int size();

  /**
   * The shards of all ranks, one after another in the order of the ranks.
   *
   * @param shard of any length, 0 and one that differs between ranks included
   */
  double[] allGather(double[] shard);

  /** Replaces values by their sums over the ranks; the length is the same on all ranks. */
  void allReduceSum(double[] values);

  /** Replaces values by their maxima over the ranks; the length is the same on all ranks. */
  void allReduceMax(double[] values);

  /**
   * This rank's shard of the sums over the ranks.
   *
   * @param values all shards, one after another
   * @param counts the length of each rank's shard, the same on all ranks
   * @throws ShapeException if {@code counts} is not one length a rank that add up to that of {@code
   *     values}; the other ranks are told
   */
  double[] reduceScatterSum(double[] values, int[] counts);

  /** Waits for all ranks. */
  void barrier();

  /** Ends the group: calls of all ranks, those that wait included, throw with this reason. */
  void abort(String reason);

  /** Leaves the group; an exchange that this rank is missing in fails on the others. */
  @Override
  void close();
}
