package io.gramian.cuda.device;

import io.gramian.GramianException;
import io.gramian.Stream;
import io.gramian.Timer;
import io.gramian.cuda.driver.DriverEvent;

/** Two events of the driver. Closing it waits for a call of another thread. */
final class CudaTimer implements Timer {
  private static final double MILLI = 1e-3;

  private final CudaDevice device;
  private final DriverEvent begin;
  private final DriverEvent end;
  private boolean started;
  private boolean stopped;
  private boolean closed;

  private CudaTimer(CudaDevice device, DriverEvent begin, DriverEvent end) {
    this.device = device;
    this.begin = begin;
    this.end = end;
  }

  /** Makes a timer; the device has counted it. */
  static CudaTimer create(CudaDevice device) {
    DriverEvent begin = DriverEvent.create(device.context());
    try {
      return new CudaTimer(device, begin, DriverEvent.create(device.context()));
    } catch (RuntimeException | Error e) {
      begin.close();
      throw e;
    }
  }

  @Override
  public synchronized void start(Stream stream) {
    record(begin, stream);
    started = true;
    stopped = false;
  }

  @Override
  public synchronized void stop(Stream stream) {
    record(end, stream);
    stopped = true;
  }

  private void record(DriverEvent event, Stream stream) {
    CudaStream used = CudaStream.use(device, stream);
    try {
      event.record(used.handle());
    } finally {
      used.endUse();
    }
  }

  @Override
  public synchronized double seconds() {
    if (!started || !stopped) {
      throw new GramianException("expected start and stop of a timer before its time is asked for");
    }
    end.synchronize();
    return MILLI * end.millisecondsSince(begin);
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    device.release(
        OpenHandles.Kind.TIMER,
        () -> {
          begin.close();
          end.close();
        });
  }
}
