package io.gramian.host;

import io.gramian.GramianException;
import io.gramian.Stream;
import io.gramian.Timer;

/** The clock of the host, whose work is done when a call returns. */
final class HostTimer implements Timer {
  private static final double NANOS = 1e-9;

  private final HostDevice device;
  private long begin;
  private long end;
  private boolean started;
  private boolean stopped;

  HostTimer(HostDevice device) {
    this.device = device;
  }

  @Override
  public void start(Stream stream) {
    device.requireUsable(stream);
    started = true;
    stopped = false;
    begin = System.nanoTime();
  }

  @Override
  public void stop(Stream stream) {
    device.requireUsable(stream);
    end = System.nanoTime();
    stopped = true;
  }

  @Override
  public double seconds() {
    if (!started || !stopped) {
      throw new GramianException("expected start and stop of a timer before its time is asked for");
    }
    return NANOS * (end - begin);
  }

  @Override
  public void close() {}
}
