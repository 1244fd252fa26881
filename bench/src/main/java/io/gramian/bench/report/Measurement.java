package io.gramian.bench.report;

import io.gramian.bench.losses.Agreement;
import io.gramian.bench.measure.Samples;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * One line of a report.
 *
 * @param subject what was measured
 * @param time seconds per run
 * @param work what a run does
 * @param peakBytes growth of the process's memory in a run; empty if not measured
 * @param peer the other library, where it is present
 * @param agreement of the results with the peer's, where both computed the same
 * @param notes what a reader must know, for instance why there is no peer
 */
public record Measurement(
    Subject subject,
    Samples time,
    Work work,
    OptionalLong peakBytes,
    Optional<Peer> peer,
    Optional<Agreement> agreement,
    List<String> notes) {
  /**
   * What was measured.
   *
   * @param op name of the op, or {@code matmul}
   * @param pass {@code forward}, {@code backward} or {@code both}
   * @param batch samples; rows and columns of a matrix product
   * @param modalities vectors of a sample
   * @param dimension length of a vector
   * @param backend name of the backend
   * @param threads of the backend and the peer
   */
  public record Subject(
      String op,
      String pass,
      int batch,
      int modalities,
      int dimension,
      String backend,
      int threads) {}

  /**
   * What a run does; a figure that means nothing for an op is left out.
   *
   * @param flops floating-point operations of its matrix products
   * @param bytes read from inputs and written to outputs
   * @param peakFlops operations per second that the machine reached with fused multiply-adds alone
   */
  public record Work(OptionalDouble flops, OptionalDouble bytes, OptionalDouble peakFlops) {
    /** Work that is bound by arithmetic. */
    public static Work flops(double flops) {
      return new Work(OptionalDouble.of(flops), OptionalDouble.empty(), OptionalDouble.empty());
    }

    /** Work that is bound by memory. */
    public static Work bytes(double bytes) {
      return new Work(OptionalDouble.empty(), OptionalDouble.of(bytes), OptionalDouble.empty());
    }
  }

  /**
   * Another library doing the same work.
   *
   * @param name of the library
   * @param time seconds per run, taken in turn with ours
   * @param peakBytes growth of the process's memory in a run; empty if not measured
   */
  public record Peer(String name, Samples time, OptionalLong peakBytes) {}

  /** Times faster than the peer. */
  public OptionalDouble speedup() {
    return peer.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(peer.get().time().median() / time.median());
  }

  /** Memory as a fraction of the peer's. */
  public OptionalDouble memoryRatio() {
    if (peakBytes.isEmpty() || peer.isEmpty() || peer.get().peakBytes().isEmpty()) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of((double) peakBytes.getAsLong() / peer.get().peakBytes().getAsLong());
  }

  /** Floating-point operations per second. */
  public OptionalDouble flopsPerSecond() {
    return perSecond(work.flops(), time);
  }

  /** Floating-point operations per second of the peer. */
  public OptionalDouble peerFlopsPerSecond() {
    return peer.isEmpty() ? OptionalDouble.empty() : perSecond(work.flops(), peer.get().time());
  }

  /** Bytes per second. */
  public OptionalDouble bytesPerSecond() {
    return perSecond(work.bytes(), time);
  }

  /** Bytes per second of the peer. */
  public OptionalDouble peerBytesPerSecond() {
    return peer.isEmpty() ? OptionalDouble.empty() : perSecond(work.bytes(), peer.get().time());
  }

  /** Operations per second as a fraction of the machine's peak. */
  public OptionalDouble fractionOfPeak() {
    return work.peakFlops().isEmpty() || work.flops().isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(flopsPerSecond().getAsDouble() / work.peakFlops().getAsDouble());
  }

  private static OptionalDouble perSecond(OptionalDouble amount, Samples time) {
    return amount.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(amount.getAsDouble() / time.median());
  }
}
