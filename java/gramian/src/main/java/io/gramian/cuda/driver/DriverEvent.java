package io.gramian.cuda.driver;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A mark in a stream: others wait for it, and two of them measure time on the device. */
public final class DriverEvent implements AutoCloseable {
  private static final int WITH_TIMING = 0;

  private final PrimaryContext context;
  private final long handle;
  private boolean closed;

  private DriverEvent(PrimaryContext context, long handle) {
    this.context = context;
    this.handle = handle;
  }

  /** Makes an event. */
  public static DriverEvent create(PrimaryContext context) {
    Driver driver = context.driver();
    long handle =
        context.create("cuEventCreate", out -> driver.cuEventCreate(out, WITH_TIMING), () -> "");
    return new DriverEvent(context, handle);
  }

  /** Marks the work enqueued on a stream so far. */
  public void record(long stream) {
    long event = live();
    context.call("cuEventRecord", () -> context.driver().cuEventRecord(event, stream));
  }

  /** Lets later work of a stream wait for the mark. */
  public void awaitOn(long stream) {
    long event = live();
    context.call("cuStreamWaitEvent", () -> context.driver().cuStreamWaitEvent(stream, event, 0));
  }

  /** Waits for the mark. */
  public void synchronize() {
    long event = live();
    context.call("cuEventSynchronize", () -> context.driver().cuEventSynchronize(event));
  }

  /** Milliseconds from an earlier mark to this one; both must have been reached. */
  public float millisecondsSince(DriverEvent earlier) {
    long from = earlier.live();
    long to = live();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ValueLayout.JAVA_FLOAT);
      context.call(
          "cuEventElapsedTime", () -> context.driver().cuEventElapsedTime(out.address(), from, to));
      return out.get(ValueLayout.JAVA_FLOAT, 0);
    }
  }

  /** Gives the event back; does nothing a second time. */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    context.destroy("cuEventDestroy_v2", () -> context.driver().cuEventDestroy(handle));
  }

  private synchronized long live() {
    if (closed) {
      throw PrimaryContext.closed("event");
    }
    return handle;
  }
}
