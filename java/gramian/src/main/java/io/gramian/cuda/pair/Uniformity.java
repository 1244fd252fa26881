package io.gramian.cuda.pair;

import io.gramian.Bindings;
import io.gramian.Specs;
import io.gramian.TensorSpec;
import io.gramian.cuda.abi.Fields;
import io.gramian.cuda.abi.ForwardParams;
import io.gramian.cuda.abi.Kernels;
import io.gramian.cuda.abi.UniformityLossParams;
import io.gramian.cuda.abi.WeighParams;
import io.gramian.cuda.device.KernelLaunch;
import io.gramian.cuda.device.Region;
import io.gramian.cuda.device.Scratch;

/**
 * The logarithm of the mean of exp(t score) over the pairs of a set with itself, scores being
 * negative squared distances.
 */
public final class Uniformity implements PairObjective<WeighParams> {
  private static final PairKernels<ForwardParams, WeighParams> KERNELS =
      PairKernels.named("uniformity");

  private final PairEngine engine;
  private final PairBegin begin;
  private final PairForward<ForwardParams> pass;
  private final MergedSums rows;
  private final Region excesses;
  private final Region peak;
  private final Region factor;
  private final KernelLaunch<UniformityLossParams> loss;

  /**
   * Reserves what it needs.
   *
   * @param result the loss; null if it is not wanted
   */
  public Uniformity(PairEngine engine, Scratch scratch, double t, Specs inputs, TensorSpec result) {
    this.engine = engine;
    this.begin = new PairBegin(engine, inputs).scale(t);
    this.pass = new PairForward<>(engine, KERNELS);
    int count = engine.anchor().rows().count();
    this.rows = new MergedSums(engine, scratch, pass.tupleSlices(), count, false, false);
    this.excesses = scratch.reserve((long) Double.BYTES * pass.blocks());
    this.peak = scratch.reserve(Float.BYTES);
    this.factor = scratch.reserve(Float.BYTES);
    this.loss = engine.launch(Kernels.UNIFORMITY_LOSS);
    UniformityLossParams p = loss.parameter();
    p.lossType(Fields.type(result)).blocks(pass.blocks());
    p.rows(count).depth(engine.anchor().rows().d());
  }

  /** Enqueues what comes first: the scalars. */
  public void begin(long stream, Bindings in) {
    begin.run(stream, in, 0);
  }

  /**
   * Enqueues the forward pass over all pairs, and the loss.
   *
   * @param mean device address of the mean of the rows, doubles
   * @param result device address of the loss; 0 if it is not wanted
   */
  public void forward(long stream, long mean, long result) {
    pass.parameter().rowSums(rows.parts()).blockSums(at(excesses));
    pass.run(stream);
    rows.merge(stream);
    UniformityLossParams p = loss.parameter();
    p.scalars(engine.scalars()).sums(rows.merged()).excesses(at(excesses)).mean(mean);
    p.peak(at(peak)).factor(at(factor)).loss(result);
    loss.enqueue(stream, 1, 1, 1);
  }

  @Override
  public PairKernels<?, WeighParams> kernels() {
    return KERNELS;
  }

  @Override
  public boolean isMirrored() {
    return true;
  }

  @Override
  public void describe(WeighParams p) {
    p.rowPeaks(at(peak)).rowFactors(at(factor));
  }

  private long at(Region region) {
    return region.at(engine.workspace());
  }
}
