package io.gramian.cuda.pair;

import io.gramian.Bindings;
import io.gramian.Specs;
import io.gramian.cuda.abi.Fields;
import io.gramian.cuda.abi.Kernels;
import io.gramian.cuda.abi.PairBeginParams;
import io.gramian.cuda.device.KernelLaunch;

/** The first launch of an op over pairs: reads the scalars that the caller has in device memory. */
public final class PairBegin {
  private final PairEngine engine;
  private final Specs inputs;
  private final KernelLaunch<PairBeginParams> launch;
  private String scale = "scale";

  /**
   * Scores are multiplied by 1 unless said otherwise. The input {@code grad_loss} is the upstream
   * gradient, 1 where there is none.
   */
  public PairBegin(PairEngine engine, Specs inputs) {
    this.engine = engine;
    this.inputs = inputs;
    this.launch = engine.launch(Kernels.PAIR_BEGIN);
    PairBeginParams p = launch.parameter();
    Fields.prepare(p.scale(), 1, null);
    Fields.prepare(p.upstream(), 1, inputs.find("grad_loss"));
    PairScore score = engine.problem().score();
    boolean isBounded = engine.problem().anchorNorm() > 0;
    p.least(isBounded ? score.least() : Double.NaN);
    p.most(isBounded ? score.most() : Double.NaN);
  }

  /** Scores are divided by the input {@code temperature}, or this where there is none. */
  public PairBegin temperature(double otherwise) {
    scale = "temperature";
    Fields.prepare(launch.parameter().scale(), otherwise, inputs.find(scale));
    launch.parameter().isDivisor(true);
    return this;
  }

  /** Scores are multiplied by the input {@code scale}, or this where there is none. */
  public PairBegin scale(double otherwise) {
    Fields.prepare(launch.parameter().scale(), otherwise, inputs.find(scale));
    return this;
  }

  /** The input {@code bias}, or this where there is none. */
  public PairBegin bias(double otherwise) {
    Fields.prepare(launch.parameter().bias(), otherwise, inputs.find("bias"));
    return this;
  }

  /** A float for the weights: upstream gradient * weight. */
  public PairBegin gradientFactor(double weight) {
    launch.parameter().weight(weight);
    return this;
  }

  /**
   * Enqueues it.
   *
   * @param gradientFactor device address of that float; 0 if none is wanted
   */
  public void run(long stream, Bindings in, long gradientFactor) {
    PairBeginParams p = launch.parameter();
    Fields.bind(p.scale(), in.find(scale));
    Fields.bind(p.bias(), in.find("bias"));
    Fields.bind(p.upstream(), in.find("grad_loss"));
    p.scalars(engine.scalars()).gradientFactor(gradientFactor);
    launch.enqueue(stream, 1, 1, 1);
  }
}
