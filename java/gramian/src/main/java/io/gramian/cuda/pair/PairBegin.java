package io.gramian.cuda.pair;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gramian.Bindings;
import io.gramian.Specs;
import io.gramian.cuda.abi.ScalarField;
import io.gramian.cuda.abi.StructLayout;
import io.gramian.cuda.driver.Launch;
import java.lang.foreign.MemorySegment;

/**
 * The first launch of an op over pairs: reads the scalars that the caller has in device memory.
 * Struct {@code BeginParams} of kernels/include/gramian/pair/begin.cuh.
 */
public final class PairBegin {
  private final PairEngine engine;
  private final Specs inputs;
  private final Launch launch;
  private String scale = "scale";

  /**
   * Scores are multiplied by 1 unless said otherwise. The input {@code grad_loss} is the upstream
   * gradient, 1 where there is none.
   */
  public PairBegin(PairEngine engine, Specs inputs) {
    this.engine = engine;
    this.inputs = inputs;
    this.launch = engine.rowLaunch("pair_rows", "pair_begin", Params.BYTES);
    MemorySegment p = launch.parameter();
    Params.SCALE.prepare(p, 1, null);
    Params.UPSTREAM.prepare(p, 1, inputs.find("grad_loss"));
    PairScore score = engine.problem().score();
    boolean isBounded = engine.problem().leastNorm() > 0;
    p.set(JAVA_DOUBLE, Params.LEAST, isBounded ? score.least() : Double.NaN);
    p.set(JAVA_DOUBLE, Params.MOST, isBounded ? score.most() : Double.NaN);
  }

  /** Scores are divided by the input {@code temperature}, or this where there is none. */
  public PairBegin temperature(double otherwise) {
    scale = "temperature";
    Params.SCALE.prepare(launch.parameter(), otherwise, inputs.find(scale));
    launch.parameter().set(JAVA_INT, Params.IS_DIVISOR, 1);
    return this;
  }

  /** Scores are multiplied by the input {@code scale}, or this where there is none. */
  public PairBegin scale(double otherwise) {
    Params.SCALE.prepare(launch.parameter(), otherwise, inputs.find(scale));
    return this;
  }

  /** The input {@code bias}, or this where there is none. */
  public PairBegin bias(double otherwise) {
    Params.BIAS.prepare(launch.parameter(), otherwise, inputs.find("bias"));
    return this;
  }

  /** A float for the weights: upstream gradient * weight. */
  public PairBegin gradientFactor(double weight) {
    launch.parameter().set(JAVA_DOUBLE, Params.WEIGHT, weight);
    return this;
  }

  /**
   * Enqueues it.
   *
   * @param gradientFactor device address of that float; 0 if none is wanted
   */
  public void run(long stream, Bindings in, long gradientFactor) {
    MemorySegment p = launch.parameter();
    Params.SCALE.bind(p, in.find(scale));
    Params.BIAS.bind(p, in.find("bias"));
    Params.UPSTREAM.bind(p, in.find("grad_loss"));
    p.set(JAVA_LONG, Params.SCALARS, engine.scalars());
    p.set(JAVA_LONG, Params.GRADIENT_FACTOR, gradientFactor);
    launch.enqueue(stream, 1, 1, 1);
  }

  private static final class Params {
    private static final StructLayout LAYOUT = new StructLayout();
    static final ScalarField SCALE = LAYOUT.scalar();
    static final ScalarField BIAS = LAYOUT.scalar();
    static final ScalarField UPSTREAM = LAYOUT.scalar();
    static final long SCALARS = LAYOUT.pointer();
    static final long GRADIENT_FACTOR = LAYOUT.pointer();
    static final long LEAST = LAYOUT.float64();
    static final long MOST = LAYOUT.float64();
    static final long WEIGHT = LAYOUT.float64();
    static final long IS_DIVISOR = LAYOUT.int32();
    static final long RESERVED = LAYOUT.int32();
    static final long BYTES = LAYOUT.bytes();
  }
}
