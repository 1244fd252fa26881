package io.gramian.bench.peers;

import java.util.Map;

/** One side of a comparison: an op and its gradients, computed over and over. */
public interface Side extends Runnable, AutoCloseable {
  /** Computes everything once. */
  @Override
  void run();

  /** The outputs of the last run, by the names of the op; none where they are draws. */
  Map<String, double[]> results();

  @Override
  void close();
}
