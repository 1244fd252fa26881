package io.gramian.cuda.driver;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** The functions of the emulated device that a GPU's driver does not have. */
@SuppressWarnings("restricted") // the descriptors are those of the device's sources
public final class EmulatedControls {
  private final MethodHandle setComputeCapability;
  private final MethodHandle count;
  private final MethodHandle kernelCounts;
  private final MethodHandle lineCounts;

  private EmulatedControls(DriverLibrary library) throws DriverUnavailableException {
    setComputeCapability =
        handle(
            library,
            "gramianEmulatedSetComputeCapability",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    count = handle(library, "gramianEmulatedCount", FunctionDescriptor.ofVoid(JAVA_INT));
    kernelCounts = handle(library, "gramianEmulatedKernelCounts", FunctionDescriptor.of(ADDRESS));
    lineCounts = handle(library, "gramianEmulatedLineCounts", FunctionDescriptor.of(ADDRESS));
  }

  /**
   * Binds them.
   *
   * @throws DriverUnavailableException if the library does not export one
   */
  public static EmulatedControls of(DriverLibrary library) throws DriverUnavailableException {
    return new EmulatedControls(library);
  }

  /**
   * Makes the device one of another compute capability, for contexts to come.
   *
   * @return whether it knows that capability
   */
  public boolean setComputeCapability(int major, int minor) {
    try {
      return (int) setComputeCapability.invokeExact(major, minor) == 0;
    } catch (Throwable t) {
      throw Calls.unexpected(t);
    }
  }

  /** Counts what kernels do from now on, from zero; or stops counting. */
  public void count(boolean isOn) {
    try {
      count.invokeExact(isOn ? 1 : 0);
    } catch (Throwable t) {
      throw Calls.unexpected(t);
    }
  }

  /** What was counted, by kernel and launch: lines of fields separated by tabs, under a header. */
  public String kernelCounts() {
    return text(kernelCounts);
  }

  /** The same by line of the sources. */
  public String lineCounts() {
    return text(lineCounts);
  }

  private static String text(MethodHandle function) {
    try {
      MemorySegment text = (MemorySegment) function.invokeExact();
      return text.reinterpret(Long.MAX_VALUE).getString(0);
    } catch (Throwable t) {
      throw Calls.unexpected(t);
    }
  }

  private static MethodHandle handle(
      DriverLibrary library, String function, FunctionDescriptor descriptor)
      throws DriverUnavailableException {
    return Linker.nativeLinker().downcallHandle(library.require(function), descriptor);
  }
}
