package io.gramian.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;

/** Another library of the process that calls the emulated driver on its own account. */
@SuppressWarnings("restricted") // the descriptors are those of the driver's header
public final class RawCuda {
  private final SymbolLookup symbols;

  public RawCuda() {
    try {
      symbols =
          SymbolLookup.libraryLookup(
              java.nio.file.Path.of(new EmulatedProvider().loadDriver().origin()), Arena.global());
    } catch (io.gramian.cuda.driver.DriverUnavailableException e) {
      throw new AssertionError(e);
    }
  }

  /** The current context of this thread. */
  public long currentContext() {
    return out("cuCtxGetCurrent");
  }

  public void setCurrentContext(long context) {
    check("cuCtxSetCurrent", FunctionDescriptor.of(JAVA_INT, JAVA_LONG), context);
  }

  /** Makes a context of its own, which is current afterwards. */
  public long createContext() {
    return out("cuCtxCreate_v2", 0, 0);
  }

  public void destroyContext(long context) {
    check("cuCtxDestroy_v2", FunctionDescriptor.of(JAVA_INT, JAVA_LONG), context);
  }

  public long createStream() {
    return out("cuStreamCreate", 0);
  }

  public void destroyStream(long stream) {
    check("cuStreamDestroy_v2", FunctionDescriptor.of(JAVA_INT, JAVA_LONG), stream);
  }

  public long retainPrimary() {
    return out("cuDevicePrimaryCtxRetain", 0);
  }

  public void releasePrimary() {
    check("cuDevicePrimaryCtxRelease_v2", FunctionDescriptor.of(JAVA_INT, JAVA_INT), 0);
  }

  /** Whether the primary context is retained by anybody. */
  public boolean primaryIsActive() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment flags = arena.allocate(JAVA_INT);
      MemorySegment active = arena.allocate(JAVA_INT);
      check(
          "cuDevicePrimaryCtxGetState",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS),
          0,
          flags,
          active);
      return active.get(JAVA_INT, 0) != 0;
    }
  }

  /** Calls a function that stores a handle behind its first argument; the others are ints. */
  private long out(String function, int... arguments) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment handle = arena.allocate(JAVA_LONG);
      FunctionDescriptor descriptor = FunctionDescriptor.of(JAVA_INT, ADDRESS);
      Object[] values = new Object[arguments.length + 1];
      values[0] = handle;
      for (int i = 0; i < arguments.length; i++) {
        descriptor = descriptor.appendArgumentLayouts(ValueLayout.JAVA_INT);
        values[i + 1] = arguments[i];
      }
      check(function, descriptor, values);
      return handle.get(JAVA_LONG, 0);
    }
  }

  private void check(String function, FunctionDescriptor descriptor, Object... arguments) {
    try {
      Object code =
          Linker.nativeLinker()
              .downcallHandle(symbols.findOrThrow(function), descriptor)
              .invokeWithArguments(arguments);
      assertThat(code).as(function).isEqualTo(0);
    } catch (Throwable t) {
      throw t instanceof AssertionError error ? error : new AssertionError(function, t);
    }
  }
}
