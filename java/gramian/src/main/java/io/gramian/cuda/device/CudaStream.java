package io.gramian.cuda.device;

import io.gramian.ClosedException;
import io.gramian.ParameterException;
import io.gramian.Stream;
import io.gramian.cuda.driver.DriverStream;

/** A stream of a CUDA device: its default stream, one that it made, or one of another library. */
final class CudaStream implements Stream {
  private final CudaDevice device;
  private final long handle;
  private final DriverStream owned;
  private volatile boolean closed;

  private CudaStream(CudaDevice device, long handle, DriverStream owned) {
    this.device = device;
    this.handle = handle;
    this.owned = owned;
  }

  /** A view of a stream that somebody else owns. */
  static CudaStream wrap(CudaDevice device, long handle) {
    return new CudaStream(device, handle, null);
  }

  /** A stream that is given back when closed. */
  static CudaStream owning(CudaDevice device, DriverStream stream) {
    return new CudaStream(device, stream.handle(), stream);
  }

  /**
   * The handle of a stream on which a device is to enqueue work.
   *
   * @throws ParameterException if it is a stream of another device
   * @throws ClosedException if it is closed
   */
  static long handleFor(CudaDevice device, Stream stream) {
    if (!(stream instanceof CudaStream own) || own.device != device) {
      throw new ParameterException(
          "expected a stream of " + device + ", got one of another device");
    }
    own.requireOpen();
    return own.handle;
  }

  @Override
  public long handle() {
    return handle;
  }

  @Override
  public void synchronize() {
    requireOpen();
    device.synchronize(handle);
  }

  @Override
  public void close() {
    synchronized (this) {
      if (closed || owned == null) {
        return;
      }
      closed = true;
    }
    device.release(OpenHandles.Kind.STREAM, owned::close);
  }

  private void requireOpen() {
    if (closed) {
      throw new ClosedException("stream of " + device + " is closed");
    }
  }
}
