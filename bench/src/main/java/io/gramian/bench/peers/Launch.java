package io.gramian.bench.peers;

/** Work that is enqueued over and over, by one library. */
public interface Launch extends AutoCloseable {
  /** Enqueues it once. */
  void enqueue();

  /** Waits until all of it is done. */
  void synchronize();

  @Override
  void close();
}
