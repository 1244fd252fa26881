package io.gramian.bench.measure;

import java.util.Optional;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

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
    return (double) threads * STEPS * Loop.flopsPerStep();
  }

  @Override
  public void run() {
    together.run(_ -> sink = Loop.run(STEPS));
  }

  @Override
  public void close() {
    together.close();
  }

  /**
   * Fused multiply-adds of vectors in registers and nothing else. Loaded only where the module
   * {@code jdk.incubator.vector} is present.
   */
  static final class Loop {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

    /** Independent chains: two FMA units with a latency of four cycles need eight. */
    private static final int CHAINS = 12;

    /** Floating-point operations of a step. */
    static long flopsPerStep() {
      return 2L * CHAINS * SPECIES.length();
    }

    /** Runs the chains; the result keeps them from being left out. */
    static float run(long steps) {
      // x = 0.999 x + 0.001 stays near 1: no overflow, no denormals.
      FloatVector factor = FloatVector.broadcast(SPECIES, 0.999f);
      FloatVector summand = FloatVector.broadcast(SPECIES, 0.001f);
      FloatVector a = summand;
      FloatVector b = summand;
      FloatVector c = summand;
      FloatVector d = summand;
      FloatVector e = summand;
      FloatVector f = summand;
      FloatVector g = summand;
      FloatVector h = summand;
      FloatVector i = summand;
      FloatVector j = summand;
      FloatVector k = summand;
      FloatVector l = summand;
      for (long step = 0; step < steps; step++) {
        a = a.fma(factor, summand);
        b = b.fma(factor, summand);
        c = c.fma(factor, summand);
        d = d.fma(factor, summand);
        e = e.fma(factor, summand);
        f = f.fma(factor, summand);
        g = g.fma(factor, summand);
        h = h.fma(factor, summand);
        i = i.fma(factor, summand);
        j = j.fma(factor, summand);
        k = k.fma(factor, summand);
        l = l.fma(factor, summand);
      }
      FloatVector sum = a.add(b).add(c).add(d).add(e).add(f);
      return sum.add(g).add(h).add(i).add(j).add(k).add(l).lane(0);
    }
  }
}
