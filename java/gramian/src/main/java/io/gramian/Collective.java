package io.gramian;

import io.gramian.rank.MpiCollective;
import io.gramian.rank.ThreadCollective;
import java.time.Duration;
import java.util.List;

/**
 * One rank of a group that exchanges tensors. All ranks make the same calls in the same order; a
 * plan with {@link PlanOptions#collective} makes them for its op, once when it is made and then in
 * every run.
 *
 * <p>Tensors are packed and lie at {@link #place}. Where that is host memory an exchange is done
 * when its call returns; elsewhere it is enqueued on the stream. Sums are the same to the bit on
 * all ranks, and from run to run.
 *
 * <p>Once ranks disagree about an exchange, one is later than the time limit of the group, one is
 * gone, or one has called {@link #abort}, the calls of all ranks, those that wait included, throw a
 * {@link CollectiveException}. An engine that cannot tell a rank at once tells it by the time
 * limit. Not thread-safe.
 */
public interface Collective extends AutoCloseable {
  /** What becomes of the numbers of all ranks. */
  enum Reduction {
    /** Their sum. */
    SUM,
    /** The greatest; NaN if one of them is NaN. */
    MAX
  }

  /**
   * A group whose ranks are threads of this process and whose tensors lie in host memory: for
   * tests, and for several devices of one process.
   *
   * @param size how many ranks, at least 1
   * @param limit the longest that a rank waits in a call
   * @return one element a rank, each for one thread
   * @throws ParameterException if one of the two is out of range
   */
  static List<Collective> ofThreads(int size, Duration limit) {
    return ThreadCollective.group(size, limit);
  }

  /**
   * The processes of an MPI job, as {@code mpiexec} or a cluster has started them, whose tensors
   * lie in host memory. MPI is joined unless the program has done so, and then left by {@link
   * #close}; a process joins it once. The library is that of MPICH or Open MPI which the loader
   * finds, or what the system property {@code gramian.mpi.library} names.
   *
   * @param limit the longest that a rank waits in a call
   * @return the job's ranks, to be closed
   * @throws CollectiveException if there is no MPI library, or it cannot be joined
   * @throws ParameterException if the limit is out of range
   */
  static Collective ofMpi(Duration limit) {
    return MpiCollective.join(limit);
  }

  /** {@return this rank, from 0} */
  int rank();

  /** {@return how many ranks there are} */
  int size();

  /** {@return where the tensors lie} */
  Place place();

  /**
   * Gathers the shards of all ranks.
   *
   * @param stream of the device at {@link #place}; null for host memory
   * @param shard this rank's, of any element type
   * @param all gets the shards one after another in the order of the ranks; of the same type
   * @param counts the elements of each rank's shard, 0 allowed; the same array on all ranks
   */
  void allGather(Stream stream, Tensor shard, Tensor all, long[] counts);

  /**
   * Replaces the numbers of each rank by what becomes of those of all.
   *
   * @param stream of the device at {@link #place}; null for host memory
   * @param values f32 or f64, as many on each rank
   * @param reduction what becomes of the numbers
   */
  void allReduce(Stream stream, Tensor values, Reduction reduction);

  /**
   * Sums the numbers of all ranks and gives each rank its shard of the sums.
   *
   * @param stream of the device at {@link #place}; null for host memory
   * @param values all shards, one after another; f32 or f64
   * @param shard gets this rank's, of the same type
   * @param counts the elements of each rank's shard, 0 allowed; the same array on all ranks
   */
  void reduceScatter(Stream stream, Tensor values, Tensor shard, long[] counts);

  /**
   * Ends the group: this rank cannot go on.
   *
   * @param reason what the others are told
   */
  void abort(String reason);

  /** Leaves the group; an exchange that this rank is missing in fails on the others. */
  @Override
  void close();
}
