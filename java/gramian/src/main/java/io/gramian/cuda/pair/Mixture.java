package io.gramian.cuda.pair;

import io.gramian.Bindings;
import io.gramian.Specs;
import io.gramian.cuda.abi.ForwardParams;
import io.gramian.cuda.abi.WeighParams;
import io.gramian.cuda.device.Region;
import io.gramian.cuda.device.Scratch;

/** The weighted sum over all pairs of a mixture of Gaussians of the distance. */
public final class Mixture implements PairObjective<WeighParams> {
  private static final PairKernels<ForwardParams, WeighParams> KERNELS =
      PairKernels.named("mixture");
  private static final double LOG2_E = 1 / Math.log(2);

  private final PairEngine engine;
  private final double[] variances;
  private final boolean isWithin;
  private final PairBegin begin;
  private final Region factor;

  /**
   * Reserves what it needs.
   *
   * @param weight of a pair
   * @param isWithin whether anchors and tuples are the same points: a pair (i, i) is no distance
   *     apart, and its part of the sum has no gradient
   */
  public Mixture(
      PairEngine engine,
      Scratch scratch,
      double[] variances,
      double weight,
      boolean isWithin,
      Specs inputs) {
    this.engine = engine;
    this.variances = variances;
    this.isWithin = isWithin;
    // Within a set every pair counts twice, as anchor and as tuple.
    this.begin = new PairBegin(engine, inputs).gradientFactor((isWithin ? 2 : 1) * weight);
    this.factor = scratch.reserve(Float.BYTES);
  }

  /** Enqueues what comes first: the scalars. */
  public void begin(long stream, Bindings in) {
    begin.run(stream, in, factor.at(engine.workspace()));
  }

  @Override
  public PairKernels<?, WeighParams> kernels() {
    return KERNELS;
  }

  @Override
  public boolean hasSums() {
    return true;
  }

  @Override
  public void describe(WeighParams p) {
    p.gradientFactor(factor.at(engine.workspace())).skipDiagonal(isWithin);
    p.variances(variances.length);
    for (int u = 0; u < variances.length; u++) {
      double rate = 1 / (2 * variances[u]);
      p.rate(u, (float) rate).exponent2(u, (float) (rate * LOG2_E));
    }
  }

  /** A pass for the sum alone. */
  public Sum sum(Scratch scratch) {
    return new Sum(scratch);
  }

  /** A pass that leaves a part of the sum for each block. */
  public final class Sum {
    private final PairForward<ForwardParams> pass = new PairForward<>(engine, KERNELS);
    private final Region parts;

    private Sum(Scratch scratch) {
      this.parts = scratch.reserve((long) Double.BYTES * pass.blocks());
      pass.parameter().variances(variances.length);
      for (int u = 0; u < variances.length; u++) {
        pass.parameter().exponent2(u, (float) (LOG2_E / (2 * variances[u])));
      }
    }

    /** Enqueues it. */
    public void run(long stream) {
      pass.parameter().blockSums(parts());
      pass.run(stream);
    }

    /** Device address of the parts, doubles. */
    public long parts() {
      return parts.at(engine.workspace());
    }

    /** How many parts there are. */
    public int blocks() {
      return pass.blocks();
    }
  }
}
