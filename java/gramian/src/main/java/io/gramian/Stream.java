package io.gramian;

/**
 * An ordered queue of work of one device. Host devices run work at once, so there a stream is
 * always done. Closing a stream that wraps a foreign handle leaves the handle alone.
 */
public interface Stream extends AutoCloseable {
  /**
   * {@return the native handle, for instance a {@code CUstream}; 0 for the default stream and on
   * hosts}
   */
  long handle();

  /** Waits until all enqueued work is done and reports its errors. */
  void synchronize();

  @Override
  void close();
}
