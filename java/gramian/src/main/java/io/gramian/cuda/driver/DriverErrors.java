package io.gramian.cuda.driver;

import static java.lang.foreign.ValueLayout.ADDRESS;

import io.gramian.CudaException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;

/** What the result codes of a driver mean. */
final class DriverErrors {
  private static final int ILLEGAL_ADDRESS = 700;
  private static final int LAUNCH_TIMEOUT = 702;
  private static final int FIRST_KERNEL_FAULT = 710;
  private static final int LAUNCH_FAILED = 719;
  private static final int LONGEST_TEXT = 16 * 1024;

  private final MemorySegment getErrorName;
  private final MemorySegment getErrorString;
  private final MethodHandle lastFault;

  DriverErrors(DriverLibrary library) throws DriverUnavailableException {
    getErrorName = library.require("cuGetErrorName");
    getErrorString = library.require("cuGetErrorString");
    lastFault =
        library
            .symbols()
            .find(DriverLibrary.EMULATED_MARK)
            .map(DriverErrors::textFunction)
            .orElse(null);
  }

  /** The name of a code, for instance {@code CUDA_ERROR_INVALID_VALUE}. */
  String name(int code) {
    return text(getErrorName, code, "an unknown error");
  }

  /** What the driver says about a code. */
  String description(int code) {
    return text(getErrorString, code, "no description");
  }

  /**
   * Whether a kernel failed so that its context is lost: every later call in it fails with the same
   * code.
   */
  static boolean isFault(int code) {
    return code == ILLEGAL_ADDRESS
        || code == LAUNCH_TIMEOUT
        || (code >= FIRST_KERNEL_FAULT && code <= LAUNCH_FAILED);
  }

  /** The error of a call. */
  CudaException exception(String call, int code, String detail) {
    String text = detail;
    if (isFault(code)) {
      String fault = lastFault();
      text =
          text
              + (text.isEmpty() ? "" : "; ")
              + (fault.isEmpty() ? "a kernel that ran earlier failed; the device is lost" : fault);
    }
    return new CudaException(call, code, name(code), text);
  }

  /** What the emulated device says about the last fault; empty on a GPU, which says nothing. */
  private String lastFault() {
    if (lastFault == null) {
      return "";
    }
    try {
      return read((MemorySegment) lastFault.invokeExact());
    } catch (Throwable t) {
      throw new IllegalStateException("a native call raised an exception", t);
    }
  }

  @SuppressWarnings("restricted") // const char* gramianEmulatedLastFault(void)
  private static MethodHandle textFunction(MemorySegment function) {
    return Linker.nativeLinker().downcallHandle(function, FunctionDescriptor.of(ADDRESS));
  }

  private static String text(MemorySegment function, int code, String otherwise) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ADDRESS);
      if (Calls.ip(function, code, out.address()) != 0) {
        return otherwise;
      }
      return read(out.get(ADDRESS, 0));
    }
  }

  @SuppressWarnings("restricted") // a constant string of the driver
  private static String read(MemorySegment text) {
    return text.address() == 0
        ? ""
        : text.reinterpret(LONGEST_TEXT).getString(0, StandardCharsets.UTF_8);
  }
}
