package io.gramian.tests;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gramian.Backend;
import io.gramian.Device;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;

/**
 * The driver of the emulated device that this process has loaded, called beside the library, as
 * another library of the process would.
 */
@SuppressWarnings("restricted") // the descriptors are those of the driver's header
final class EmulatedDriver {
  /** The mode that refuses calls that may wait for other work: a run must have none. */
  private static final int GLOBAL = 0;

  private final SymbolLookup symbols;

  private EmulatedDriver(SymbolLookup symbols) {
    this.symbols = symbols;
  }

  /** The driver, loaded; skips the test where there is no emulated device. */
  static EmulatedDriver require() {
    Backend emulated =
        Backend.all().stream().filter(b -> b.name().equals("emulated")).findFirst().orElseThrow();
    Assumptions.assumeTrue(emulated.available(), () -> "no emulated device: " + emulated.details());
    Device.open("emulated").close();
    // By this name the system's loader finds what is loaded already.
    SymbolLookup symbols = SymbolLookup.libraryLookup("libcuda.so.1", Arena.global());
    Assumptions.assumeTrue(
        symbols.find("gramianEmulatedSetSeed").isPresent(),
        "a GPU's driver is loaded beside the emulated device and hides it");
    return new EmulatedDriver(symbols);
  }

  /** Sets the order of blocks and threads of the launches from now on. */
  void seed(long seed) {
    invoke("gramianEmulatedSetSeed", FunctionDescriptor.ofVoid(JAVA_LONG), seed);
  }

  /** Sets how many blocks run side by side. */
  void workers(int workers) {
    check("gramianEmulatedSetWorkers", workers);
  }

  /** Bytes of device memory that are allocated; a context must be current. */
  long allocatedBytes() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment free = arena.allocate(JAVA_LONG);
      MemorySegment total = arena.allocate(JAVA_LONG);
      check("cuMemGetInfo_v2", free, total);
      return total.get(JAVA_LONG, 0) - free.get(JAVA_LONG, 0);
    }
  }

  /** Captures what is enqueued on a stream; the graph is to be closed. */
  Graph capture(long stream, Runnable enqueue) {
    check("cuStreamBeginCapture_v2", stream, GLOBAL);
    RuntimeException failure = null;
    try {
      enqueue.run();
    } catch (RuntimeException e) {
      failure = e;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(JAVA_LONG);
      int code = call("cuStreamEndCapture", stream, out);
      if (failure != null) {
        throw failure;
      }
      require("cuStreamEndCapture", code);
      return new Graph(out.get(JAVA_LONG, 0));
    }
  }

  /** Work that can be run again and again. */
  final class Graph implements AutoCloseable {
    private final long graph;
    private final long exec;

    private Graph(long graph) {
      this.graph = graph;
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment out = arena.allocate(JAVA_LONG);
        check("cuGraphInstantiateWithFlags", out, graph, 0L);
        exec = out.get(JAVA_LONG, 0);
      }
    }

    /** How much work there is. */
    long nodes() {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment count = arena.allocate(JAVA_LONG);
        check("cuGraphGetNodes", graph, MemorySegment.NULL, count);
        return count.get(JAVA_LONG, 0);
      }
    }

    /** Enqueues all of it. */
    void launch(long stream) {
      check("cuGraphLaunch", exec, stream);
    }

    @Override
    public void close() {
      check("cuGraphExecDestroy", exec);
      check("cuGraphDestroy", graph);
    }
  }

  /** Makes the primary context, the library's, current for this thread as long as it is open. */
  final class Primary implements AutoCloseable {
    Primary() {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment out = arena.allocate(JAVA_LONG);
        check("cuDevicePrimaryCtxRetain", out, 0);
        check("cuCtxPushCurrent_v2", out.get(JAVA_LONG, 0));
      }
    }

    @Override
    public void close() {
      check("cuCtxPopCurrent_v2", MemorySegment.NULL);
      check("cuDevicePrimaryCtxRelease_v2", 0);
    }
  }

  private void check(String function, Object... arguments) {
    require(function, call(function, arguments));
  }

  private static void require(String function, int code) {
    if (code != 0) {
      throw new AssertionError(function + " answered " + code);
    }
  }

  private int call(String function, Object... arguments) {
    MemoryLayout[] layouts =
        Arrays.stream(arguments).map(EmulatedDriver::layout).toArray(MemoryLayout[]::new);
    return (int) invoke(function, FunctionDescriptor.of(JAVA_INT, layouts), arguments);
  }

  private Object invoke(String function, FunctionDescriptor descriptor, Object... arguments) {
    try {
      return Linker.nativeLinker()
          .downcallHandle(symbols.findOrThrow(function), descriptor)
          .invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new AssertionError("calling " + function, e);
    }
  }

  private static MemoryLayout layout(Object argument) {
    return switch (argument) {
      case Integer i -> JAVA_INT;
      case Long l -> JAVA_LONG;
      case MemorySegment p -> ADDRESS;
      default -> throw new IllegalArgumentException("no argument of a call: " + argument);
    };
  }
}
