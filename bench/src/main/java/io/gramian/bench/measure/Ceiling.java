package io.gramian.bench.measure;

import io.gramian.bench.report.Limit;
import io.gramian.bench.report.Work;
import java.util.Optional;

/**
 * What the machine can do at most of a kind of work, timed in turn with what is held against it:
 * fused multiply-adds where arithmetic is the bound, a copy of as many bytes where memory is.
 */
public final class Ceiling implements Runnable, AutoCloseable {
  private final Optional<FmaPeak> peak;
  private final Optional<MemoryCopy> copy;
  private final double bytes;

  private Ceiling(Optional<FmaPeak> peak, Optional<MemoryCopy> copy, double bytes) {
    this.peak = peak;
    this.copy = copy;
    this.bytes = bytes;
  }

  /** The ceiling of some work on a number of threads. */
  public static Ceiling of(Work work, int threads) {
    if (work.flops().isPresent()) {
      return new Ceiling(FmaPeak.of(threads), Optional.empty(), 0);
    }
    if (work.bytes().isEmpty()) {
      return new Ceiling(Optional.empty(), Optional.empty(), 0);
    }
    double bytes = work.bytes().getAsDouble();
    return new Ceiling(Optional.empty(), Optional.of(new MemoryCopy((long) bytes, threads)), bytes);
  }

  /** Whether it can be measured here. */
  public boolean isAvailable() {
    return peak.isPresent() || copy.isPresent();
  }

  /** The rate, from the time of a run. */
  public Limit limit(double seconds) {
    return peak.isPresent()
        ? new Limit(Limit.FMA, peak.get().flops() / seconds)
        : new Limit(Limit.COPY, bytes / seconds);
  }

  @Override
  public void run() {
    peak.ifPresent(FmaPeak::run);
    copy.ifPresent(MemoryCopy::run);
  }

  @Override
  public void close() {
    peak.ifPresent(FmaPeak::close);
    copy.ifPresent(MemoryCopy::close);
  }
}
