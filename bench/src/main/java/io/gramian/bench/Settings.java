package io.gramian.bench;

import io.gramian.bench.measure.Interleaved;
import java.util.List;

/**
 * What to measure and how.
 *
 * @param backend name of the backend
 * @param threads of the backend and of the peers
 * @param ops what to measure; empty for everything
 * @param batches batch sizes; empty for those of each workload
 * @param modalities numbers of vectors per sample; empty for those of each workload
 * @param dimension length of a vector; 0 for that of each workload
 * @param peers whether other libraries are measured too
 * @param blas the BLAS of the peers, {@code mkl} or {@code openblas}; {@code any} for the first
 *     that is present
 * @param memory whether peak memory is measured too
 * @param checksAtSize whether results are held against the reference at the measured size, not only
 *     in a small case
 * @param quick whether fewer and smaller sizes will do
 * @param timing how times are taken
 */
public record Settings(
    String backend,
    int threads,
    List<String> ops,
    List<Integer> batches,
    List<Integer> modalities,
    int dimension,
    boolean peers,
    String blas,
    boolean memory,
    boolean checksAtSize,
    boolean quick,
    Interleaved timing) {
  /** Whether an op is asked for. */
  public boolean wants(String op) {
    return ops.isEmpty() || ops.contains(op);
  }

  /** The batch sizes, or others where none were given. */
  public List<Integer> batchesOr(List<Integer> otherwise) {
    return batches.isEmpty() ? otherwise : batches;
  }
}
