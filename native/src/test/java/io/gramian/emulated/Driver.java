package io.gramian.emulated;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Calls functions of the driver library by name. */
@SuppressWarnings("restricted") // any native call is
final class Driver {
  static final int INVALID_VALUE = 1;
  static final int OUT_OF_MEMORY = 2;
  static final int INVALID_DEVICE = 101;
  static final int INVALID_IMAGE = 200;
  static final int INVALID_CONTEXT = 201;
  static final int NO_BINARY_FOR_GPU = 209;
  static final int INVALID_PTX = 218;
  static final int INVALID_HANDLE = 400;
  static final int ILLEGAL_STATE = 401;
  static final int NOT_FOUND = 500;
  static final int NOT_READY = 600;
  static final int ILLEGAL_ADDRESS = 700;
  static final int LAUNCH_OUT_OF_RESOURCES = 701;
  static final int LAUNCH_TIMEOUT = 702;
  static final int MISALIGNED_ADDRESS = 716;
  static final int LAUNCH_FAILED = 719;
  static final int NOT_SUPPORTED = 801;
  static final int STREAM_CAPTURE_UNSUPPORTED = 900;
  static final int STREAM_CAPTURE_INVALIDATED = 901;
  static final int STREAM_CAPTURE_IMPLICIT = 906;
  static final int STREAM_CAPTURE_WRONG_THREAD = 908;

  private static final Linker LINKER = Linker.nativeLinker();

  private final SymbolLookup symbols;
  private final Map<String, MethodHandle> handles = new ConcurrentHashMap<>();

  Driver(Path library) {
    symbols = SymbolLookup.libraryLookup(library, Arena.global());
  }

  /**
   * Calls a function that returns an error code.
   *
   * @param name its exported name
   * @param arguments integers, longs, floats and memory segments (pointers)
   * @return the error code
   */
  int call(String name, Object... arguments) {
    return (int) invoke(name, ValueLayout.JAVA_INT, arguments);
  }

  /** Like {@link #call}, and fails the test unless the code is 0. */
  void check(String name, Object... arguments) {
    int code = call(name, arguments);
    if (code != 0) {
      throw new AssertionError(name + " answered " + code + ": " + lastFault());
    }
  }

  /** The device's explanation of the latest error. */
  String lastFault() {
    return text("gramianEmulatedLastFault");
  }

  /** Calls a function that returns a text. */
  String text(String name) {
    MemorySegment text = (MemorySegment) invoke(name, ValueLayout.ADDRESS, new Object[0]);
    return text.reinterpret(Long.MAX_VALUE).getString(0);
  }

  private Object invoke(String name, MemoryLayout result, Object[] arguments) {
    MethodHandle handle =
        handles.computeIfAbsent(
            name,
            n ->
                LINKER.downcallHandle(
                    symbols.findOrThrow(n),
                    FunctionDescriptor.of(
                        result,
                        Arrays.stream(arguments)
                            .map(Driver::layoutOf)
                            .toArray(MemoryLayout[]::new))));
    try {
      return handle.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new AssertionError("calling " + name, e);
    }
  }

  private static MemoryLayout layoutOf(Object argument) {
    return switch (argument) {
      case Byte b -> ValueLayout.JAVA_BYTE;
      case Short s -> ValueLayout.JAVA_SHORT;
      case Integer i -> ValueLayout.JAVA_INT;
      case Long l -> ValueLayout.JAVA_LONG;
      case MemorySegment p -> ValueLayout.ADDRESS;
      default -> throw new IllegalArgumentException("no argument of a call: " + argument);
    };
  }
}
