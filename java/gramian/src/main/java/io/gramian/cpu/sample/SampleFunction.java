package io.gramian.cpu.sample;

import io.gramian.Bindings;

/** A function of the Gram matrix of a sample as a functor of {@link SampleEngine}. */
public interface SampleFunction {
  /** Writes what comes of the Gram matrix, if it was asked for; may change the matrix. */
  void value(Sample sample, Bindings out);

  /**
   * Fills the partial derivatives with respect to the Gram matrix, times the upstream gradient,
   * after {@link #value} of the same sample.
   */
  void partials(Sample sample, Bindings in);
}
