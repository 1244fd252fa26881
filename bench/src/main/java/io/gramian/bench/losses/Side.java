package io.gramian.bench.losses;

import java.util.Map;

/** One side of a comparison: a loss and its gradients, computed over and over. */
public interface Side extends Runnable, AutoCloseable {
  /** Computes the loss and all gradients. */
  @Override
  void run();

  /** {@code loss} and {@code grad_NAME} of the last run. */
  Map<String, double[]> results();

  @Override
  void close();
}
