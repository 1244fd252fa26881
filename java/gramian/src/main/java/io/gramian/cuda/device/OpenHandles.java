package io.gramian.cuda.device;

import io.gramian.ClosedException;
import io.gramian.DeviceInUseException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Counts what a device has made and not got back, so that it is not closed too early. */
final class OpenHandles {
  /** What a device makes. */
  enum Kind {
    TENSOR,
    STREAM,
    TIMER,
    PLAN,
    /** A call that is under way, of whatever thread. */
    CALL
  }

  private final String device;
  private final Map<Kind, Integer> open = new EnumMap<>(Kind.class);
  private boolean closed;

  OpenHandles(String device) {
    this.device = device;
  }

  /**
   * Counts one more.
   *
   * @throws ClosedException if the device is closed
   */
  synchronized void acquire(Kind kind) {
    requireOpen();
    open.merge(kind, 1, Integer::sum);
  }

  /** Counts one less. */
  synchronized void release(Kind kind) {
    open.merge(kind, -1, Integer::sum);
  }

  /**
   * Requires the device to be open.
   *
   * @throws ClosedException if it is closed
   */
  synchronized void requireOpen() {
    if (closed) {
      throw new ClosedException(device + " is closed");
    }
  }

  /**
   * Closes the device.
   *
   * @return false if it was closed before
   * @throws DeviceInUseException if something is open
   */
  synchronized boolean close() {
    if (closed) {
      return false;
    }
    List<String> left = new ArrayList<>();
    open.forEach(
        (kind, count) -> {
          if (count > 0) {
            left.add(count + " " + kind.name().toLowerCase(java.util.Locale.ROOT) + "(s)");
          }
        });
    if (!left.isEmpty()) {
      throw new DeviceInUseException(
          device + " cannot be closed: " + String.join(", ", left) + " open; close those first");
    }
    closed = true;
    return true;
  }
}
