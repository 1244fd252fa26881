package io.gramian.cuda.driver;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Calls of C functions that return an int, one method per parameter list: {@code i} is an int,
 * {@code b} an unsigned char, {@code p} anything of 64 bits (a pointer, a handle, a size).
 *
 * <p>The function is the first argument, so each handle is a constant that the compiler can inline
 * although there can be more than one driver in a process.
 *
 * <p>None of them is a critical call, one that skips leaving Java and saves some nanoseconds: a
 * driver may make any call wait for a lock, and a critical call that waits stops the garbage
 * collector.
 */
final class Calls {
  private static final MethodHandle VOID = handle();
  private static final MethodHandle I = handle(JAVA_INT);
  private static final MethodHandle P = handle(JAVA_LONG);
  private static final MethodHandle IP = handle(JAVA_INT, JAVA_LONG);
  private static final MethodHandle PI = handle(JAVA_LONG, JAVA_INT);
  private static final MethodHandle PP = handle(JAVA_LONG, JAVA_LONG);
  private static final MethodHandle PII = handle(JAVA_LONG, JAVA_INT, JAVA_INT);
  private static final MethodHandle PIP = handle(JAVA_LONG, JAVA_INT, JAVA_LONG);
  private static final MethodHandle PPI = handle(JAVA_LONG, JAVA_LONG, JAVA_INT);
  private static final MethodHandle PPP = handle(JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle PPPP = handle(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle PBPP = handle(JAVA_LONG, JAVA_BYTE, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle PPIPP =
      handle(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle LAUNCH =
      handle(
          JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT,
          JAVA_LONG, JAVA_LONG, JAVA_LONG);

  private Calls() {}

  @SuppressWarnings("restricted") // the descriptors are those of the driver's header
  private static MethodHandle handle(MemoryLayout... parameters) {
    return Linker.nativeLinker().downcallHandle(FunctionDescriptor.of(JAVA_INT, parameters));
  }

  static int call(MemorySegment function) {
    try {
      return (int) VOID.invokeExact(function);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int i(MemorySegment function, int a) {
    try {
      return (int) I.invokeExact(function, a);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int p(MemorySegment function, long a) {
    try {
      return (int) P.invokeExact(function, a);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int ip(MemorySegment function, int a, long b) {
    try {
      return (int) IP.invokeExact(function, a, b);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int pi(MemorySegment function, long a, int b) {
    try {
      return (int) PI.invokeExact(function, a, b);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int pp(MemorySegment function, long a, long b) {
    try {
      return (int) PP.invokeExact(function, a, b);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int pii(MemorySegment function, long a, int b, int c) {
    try {
      return (int) PII.invokeExact(function, a, b, c);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int pip(MemorySegment function, long a, int b, long c) {
    try {
      return (int) PIP.invokeExact(function, a, b, c);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int ppi(MemorySegment function, long a, long b, int c) {
    try {
      return (int) PPI.invokeExact(function, a, b, c);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int ppp(MemorySegment function, long a, long b, long c) {
    try {
      return (int) PPP.invokeExact(function, a, b, c);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int pppp(MemorySegment function, long a, long b, long c, long d) {
    try {
      return (int) PPPP.invokeExact(function, a, b, c, d);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int pbpp(MemorySegment function, long a, byte b, long c, long d) {
    try {
      return (int) PBPP.invokeExact(function, a, b, c, d);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int ppipp(MemorySegment function, long a, long b, int c, long d, long e) {
    try {
      return (int) PPIPP.invokeExact(function, a, b, c, d, e);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int launch(
      MemorySegment function,
      long kernel,
      int gridX,
      int gridY,
      int gridZ,
      int blockX,
      int sharedBytes,
      long stream,
      long extra) {
    try {
      return (int)
          LAUNCH.invokeExact(
              function, kernel, gridX, gridY, gridZ, blockX, 1, 1, sharedBytes, stream, 0L, extra);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** A downcall raises nothing of its own but what the virtual machine raises anywhere. */
  static RuntimeException unexpected(Throwable t) {
    if (t instanceof Error error) {
      throw error;
    }
    throw new IllegalStateException("a native call raised an exception", t);
  }
}
