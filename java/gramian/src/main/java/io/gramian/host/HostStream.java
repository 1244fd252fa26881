package io.gramian.host;

import io.gramian.ClosedException;
import io.gramian.Stream;

/** A stream of a device that does its work at once. */
final class HostStream implements Stream {
  private final HostDevice device;
  private final boolean closable;
  private volatile boolean closed;

  /**
   * A stream of a device.
   *
   * @param closable false for the default stream, which is there as long as the device
   */
  HostStream(HostDevice device, boolean closable) {
    this.device = device;
    this.closable = closable;
  }

  /** Whose it is. */
  HostDevice device() {
    return device;
  }

  @Override
  public long handle() {
    return 0;
  }

  @Override
  public void synchronize() {
    if (closed) {
      throw new ClosedException("stream of " + device + " is closed");
    }
    device.requireOpen();
  }

  @Override
  public void close() {
    closed = closable;
  }
}
