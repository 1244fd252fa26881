package io.gramian.cuda.pair;

import io.gramian.cuda.abi.ForwardParams;
import io.gramian.cuda.abi.WeighParams;
import io.gramian.cuda.device.Parameter;

/**
 * The two kernels over pairs of an objective: those of a functor of
 * kernels/include/gramian/pair/objective with every score.
 *
 * @param name of the functor in those of the kernels
 * @param forward what the kernel takes that streams scores
 * @param weigh what the kernel takes that makes weights of them
 * @param <F> writes the former
 * @param <W> writes the latter
 */
public record PairKernels<F extends ForwardParams, W extends WeighParams>(
    String name, Parameter<F> forward, Parameter<W> weigh) {
  /** Sums of exponentials. */
  public static final PairKernels<ForwardParams, WeighParams> SOFTMAX = named("softmax");

  /** Those of a functor that takes what all do. */
  static PairKernels<ForwardParams, WeighParams> named(String name) {
    return new PairKernels<>(name, ForwardParams.TYPE, WeighParams.TYPE);
  }
}
