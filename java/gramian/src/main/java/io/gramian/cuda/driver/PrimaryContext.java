package io.gramian.cuda.driver;

import io.gramian.ClosedException;
import io.gramian.CudaException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.IntSupplier;
import java.util.function.LongToIntFunction;
import java.util.function.Supplier;

/**
 * The primary context of a GPU, the one that the CUDA runtime and so most libraries of a process
 * use; memory and streams of theirs are valid in it. Retained until closed.
 *
 * <p>A driver call works on the context that is current for the thread. Each call of ours makes
 * this one current and afterwards leaves the thread with the one that it had. Between the two
 * nothing waits in Java, so a virtual thread stays on its carrier.
 */
public final class PrimaryContext implements AutoCloseable {
  private static final ThreadLocal<MemorySegment> CURRENT =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(ValueLayout.JAVA_LONG));

  private final Driver driver;
  private final DeviceInfo device;
  private final long handle;
  private volatile boolean faulted;
  private boolean closed;

  private PrimaryContext(Driver driver, DeviceInfo device, long handle) {
    this.driver = driver;
    this.device = device;
    this.handle = handle;
  }

  /**
   * Retains the primary context of a device, which creates it if nobody else has.
   *
   * @throws CudaException if the driver cannot, for instance for want of memory
   */
  public static PrimaryContext retain(Driver driver, DeviceInfo device) {
    long handle =
        driver.readLong(
            "cuDevicePrimaryCtxRetain",
            out -> driver.cuDevicePrimaryCtxRetain(out, device.handle()));
    return new PrimaryContext(driver, device, handle);
  }

  /** The device. */
  public DeviceInfo device() {
    return device;
  }

  /** Waits for all work of the context, of all streams and libraries. */
  public void synchronize() {
    call("cuCtxSynchronize", driver::cuCtxSynchronize);
  }

  /**
   * Waits like {@link #synchronize}, before something is freed: says nothing of a fault that was
   * raised before.
   */
  public void await() {
    destroy("cuCtxSynchronize", driver::cuCtxSynchronize);
  }

  /** Releases the context; what was made in it must be closed before. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      int code = driver.cuDevicePrimaryCtxRelease(device.handle());
      if (!faulted) {
        driver.check("cuDevicePrimaryCtxRelease_v2", code);
      }
    }
  }

  Driver driver() {
    return driver;
  }

  /** Calls the driver in this context and raises its error. */
  void call(String name, IntSupplier function) {
    call(name, function, () -> "");
  }

  /** Calls the driver in this context and raises its error with a detail. */
  void call(String name, IntSupplier function, Supplier<String> detail) {
    int code = within(function);
    if (code != 0) {
      throw failure(name, code, detail.get());
    }
  }

  /** Like {@link #call}, for a function that stores a handle or address behind its argument. */
  long create(String name, LongToIntFunction function, Supplier<String> detail) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ValueLayout.JAVA_LONG);
      call(name, () -> function.applyAsInt(out.address()), detail);
      return out.get(ValueLayout.JAVA_LONG, 0);
    }
  }

  /**
   * Frees something of this context. After a fault the driver refuses that too, but what is to be
   * freed goes with the context and the fault was raised where it was seen.
   */
  void destroy(String name, IntSupplier function) {
    int code = within(function);
    if (code != 0 && !faulted) {
      throw failure(name, code, "");
    }
  }

  /** Calls the driver in this context and returns its code. */
  int within(IntSupplier function) {
    boolean entered = enter();
    try {
      return function.getAsInt();
    } finally {
      leave(entered);
    }
  }

  /**
   * Makes this context current for the thread.
   *
   * @return whether it was not; to be given to {@link #leave}
   */
  boolean enter() {
    MemorySegment current = CURRENT.get();
    int code = driver.cuCtxGetCurrent(current.address());
    if (code == 0 && current.get(ValueLayout.JAVA_LONG, 0) == handle) {
      return false;
    }
    code = driver.cuCtxPushCurrent(handle);
    if (code != 0) {
      throw failure("cuCtxPushCurrent_v2", code, "");
    }
    return true;
  }

  /** Gives the thread back the context that {@link #enter} found. */
  void leave(boolean entered) {
    if (entered) {
      // It can only return the code of earlier work, which the call itself returns as well.
      driver.cuCtxPopCurrent(CURRENT.get().address());
    }
  }

  /** The error of a call in this context. */
  CudaException failure(String call, int code, String detail) {
    if (DriverErrors.isFault(code)) {
      faulted = true;
    }
    return driver.failure(call, code, detail);
  }

  /** The error for use of something that has been closed. */
  static ClosedException closed(String what) {
    return new ClosedException(what + " is closed");
  }
}
