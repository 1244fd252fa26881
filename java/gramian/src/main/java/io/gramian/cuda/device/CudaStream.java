package io.gramian.cuda.device;

import io.gramian.ClosedException;
import io.gramian.ParameterException;
import io.gramian.Stream;
import io.gramian.cuda.driver.DriverStream;
import io.gramian.spi.Hold;

/**
 * A stream of a CUDA device: its default stream, one that it made, or one of another library. One
 * that it made is given back when it is closed and no call uses it any more.
 */
final class CudaStream implements Stream {
  private final CudaDevice device;
  private final long handle;

  /** What gives the stream back; null where somebody else owns it. */
  private final Hold hold;

  private volatile boolean closed;

  private CudaStream(CudaDevice device, long handle, Hold hold) {
    this.device = device;
    this.handle = handle;
    this.hold = hold;
  }

  /** A view of a stream that somebody else owns. */
  static CudaStream wrap(CudaDevice device, long handle) {
    return new CudaStream(device, handle, null);
  }

  /** A stream that is given back when closed. */
  static CudaStream owning(CudaDevice device, DriverStream stream) {
    Hold hold = new Hold(() -> device.release(OpenHandles.Kind.STREAM, stream::close));
    return new CudaStream(device, stream.handle(), hold);
  }

  /**
   * A stream on which a device is to enqueue work; stays open until {@link #endUse}.
   *
   * @throws ParameterException if it is a stream of another device
   * @throws ClosedException if it is closed
   */
  static CudaStream use(CudaDevice device, Stream stream) {
    CudaStream own = of(device, stream);
    own.use();
    return own;
  }

  /**
   * Requires a stream to be an open one of a device.
   *
   * @throws ParameterException if it is a stream of another device
   * @throws ClosedException if it is closed
   */
  static void requireOpen(CudaDevice device, Stream stream) {
    CudaStream own = of(device, stream);
    if (own.closed) {
      throw own.isClosed();
    }
  }

  private static CudaStream of(CudaDevice device, Stream stream) {
    if (!(stream instanceof CudaStream own) || own.device != device) {
      throw new ParameterException(
          "expected a stream of "
              + device
              + ", got "
              + (stream == null ? "null" : "one of another device"));
    }
    return own;
  }

  private void use() {
    if (closed || (hold != null && !hold.use())) {
      throw isClosed();
    }
  }

  /** Ends what {@link #use} began. */
  void endUse() {
    if (hold != null) {
      hold.endUse();
    }
  }

  @Override
  public long handle() {
    return handle;
  }

  @Override
  public void synchronize() {
    use();
    try {
      device.synchronize(handle);
    } finally {
      endUse();
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      if (closed || hold == null) {
        return;
      }
      closed = true;
    }
    hold.release();
  }

  private ClosedException isClosed() {
    return new ClosedException("stream of " + device + " is closed");
  }
}
