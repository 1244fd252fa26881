package io.gramian.bench.measure;

import java.util.Optional;

/**
 * Fused multiply-adds of f32 by all threads and nothing else: what this machine can do at most.
 * Timed in turn with what is held against it.
 */
public final class FmaPeak implements Runnable, AutoCloseable {
  private static final long STEPS = 2_000_000;

  private static volatile float sink;

  private final int threads;
  private final Together together;

  private FmaPeak(int threads) {
    this.threads = threads;
    this.together = new Together(threads);
  }

  /** The loop on a number of threads; empty without the module {@code jdk.incubator.vector}. */
  public static Optional<FmaPeak> of(int threads) {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").map(_ -> new FmaPeak(threads));
  }

  /** Floating-point operations of a run. */
  public double flops() {
    return (double) threads * STEPS * FmaLoop.flopsPerStep();
  }

  @Override
  public void run() {
    together.run(_ -> sink = FmaLoop.run(STEPS));
  }

  @Override
  public void close() {
    together.close();
  }
}
