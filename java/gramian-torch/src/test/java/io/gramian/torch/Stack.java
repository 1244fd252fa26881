package io.gramian.torch;

import io.gramian.Device;

/**
 * A PyTorch stack under test.
 *
 * @param <T> its tensors
 */
public interface Stack<T> {
  /** Skips the calling test where the stack has no natives for this machine. */
  void assumeNatives();

  /** A bridge to the best device, or to a given one where it is not null. */
  TorchBridge<T> open(Device device);

  /**
   * Begins a stretch of work in which autograd is on and at whose end all its tensors are freed.
   */
  Session<T> session();
}
