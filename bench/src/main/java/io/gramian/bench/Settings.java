package io.gramian.bench;

import io.gramian.bench.measure.Interleaved;
import java.util.List;

/**
 * What to measure and how.
 *
 * @param backend name of the backend
 * @param threads of the backend and of the peers
 * @param batches batch sizes; empty for those of each benchmark
 * @param modalities numbers of vectors per sample; empty for those of each benchmark
 * @param dimension length of a vector
 * @param peers whether other libraries are measured too
 * @param blas the BLAS of the peers, {@code mkl} or {@code openblas}; null for the first present
 * @param memory whether peak memory is measured too
 * @param timing how times are taken
 */
public record Settings(
    String backend,
    int threads,
    List<Integer> batches,
    List<Integer> modalities,
    int dimension,
    boolean peers,
    String blas,
    boolean memory,
    Interleaved timing) {
  /** The batch sizes, or others where none were given. */
  public List<Integer> batchesOr(Integer... otherwise) {
    return batches.isEmpty() ? List.of(otherwise) : batches;
  }

  /** The numbers of vectors per sample, or others where none were given. */
  public List<Integer> modalitiesOr(Integer... otherwise) {
    return modalities.isEmpty() ? List.of(otherwise) : modalities;
  }
}
