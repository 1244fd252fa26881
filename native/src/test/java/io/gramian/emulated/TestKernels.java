package io.gramian.emulated;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** A module of test kernels, as one of the builds made it, loaded on the device of a test. */
final class TestKernels {
  private static final Path PTX =
      Path.of(System.getProperty("gramian.emulated.testPtx", "target/test-ptx"));

  /** How the kernels were compiled. */
  enum Build {
    SM_80("default/compute_80", 8),
    SM_90A("default/compute_90a", 9),
    DEBUG("debug/compute_80", 8),
    FAST_MATH("fast-math/compute_80", 8);

    private final String folder;
    private final int major;

    Build(String folder, int major) {
      this.folder = folder;
      this.major = major;
    }

    /** Whether functions are approximate and subnormal numbers are zero. */
    boolean isFast() {
      return this == FAST_MATH;
    }
  }

  /**
   * The shape of a launch.
   *
   * @param columns blocks along x
   * @param rows blocks along y
   * @param width threads of a block along x
   * @param height threads of a block along y
   * @param shared bytes of dynamic shared memory
   */
  record Shape(int columns, int rows, int width, int height, int shared) {
    static Shape of(int blocks, int threads) {
      return new Shape(blocks, 1, threads, 1, 0);
    }

    /** Blocks of so many threads, enough for as many threads as there are elements. */
    static Shape cover(int elements, int threads) {
      return of((elements + threads - 1) / threads, threads);
    }

    Shape withShared(int bytes) {
      return new Shape(columns, rows, width, height, bytes);
    }
  }

  private static final int MAX_DYNAMIC_SHARED = 8;

  /** What a test does with the kernels of a source. */
  interface Body {
    void run(TestDevice device, TestKernels kernels);
  }

  /** Runs a test of one build in some orders of threads. */
  static void inSomeOrders(Build build, String name, Body body) {
    for (int seed = 0; seed < 3; seed++) {
      try (TestDevice device = new TestDevice()) {
        device.seed(seed);
        body.run(device, new TestKernels(device, build, name));
      }
    }
  }

  private final TestDevice device;
  private final MemorySegment module;

  TestKernels(TestDevice device, Build build, String name) {
    this.device = device;
    device.driver.check("gramianEmulatedSetComputeCapability", build.major, 0);
    this.module = device.load(ptx(build, name));
  }

  /** The PTX of a source of test kernels, ending with a zero as the driver wants it. */
  static byte[] ptx(Build build, String name) {
    try {
      byte[] text = Files.readAllBytes(PTX.resolve(build.folder).resolve(name + ".ptx"));
      return Arrays.copyOf(text, text.length + 1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs a kernel to its end; a fault fails the test. */
  void run(String kernel, Shape shape, Object... arguments) {
    int code = tryToRun(kernel, shape, arguments);
    if (code != 0) {
      throw new AssertionError(kernel + ": " + code + ": " + device.driver.lastFault());
    }
  }

  /**
   * Runs a kernel to its end.
   *
   * @param arguments its parameters: Long (addresses and 64-bit numbers), Integer, Float, Double,
   *     or a MemorySegment with the bytes of a structure
   * @return the code of the synchronisation
   */
  int tryToRun(String kernel, Shape shape, Object... arguments) {
    launch(kernel, shape, arguments);
    return device.driver.call("cuCtxSynchronize");
  }

  /** Asks for a kernel; the code of the driver's answer. */
  int tryToFind(String kernel) {
    return device.driver.call(
        "cuModuleGetFunction", device.pointer(), module, device.arena.allocateFrom(kernel));
  }

  /** Sets the most bytes of dynamic shared memory; the code of the driver's answer. */
  int trySetDynamicShared(String kernel, int bytes) {
    return device.driver.call(
        "cuFuncSetAttribute", device.function(module, kernel), MAX_DYNAMIC_SHARED, bytes);
  }

  private void launch(String kernel, Shape shape, Object... arguments) {
    MemorySegment parameters =
        device.arena.allocate(ValueLayout.ADDRESS, Math.max(1, arguments.length));
    for (int i = 0; i < arguments.length; i++) {
      parameters.setAtIndex(ValueLayout.ADDRESS, i, bytesOf(device.arena, arguments[i]));
    }
    device.driver.check(
        "cuLaunchKernel",
        device.function(module, kernel),
        shape.columns,
        shape.rows,
        1,
        shape.width,
        shape.height,
        1,
        shape.shared,
        MemorySegment.NULL,
        parameters,
        MemorySegment.NULL);
  }

  /** The address of a variable of the module. */
  long variable(String name) {
    MemorySegment address = device.pointer();
    MemorySegment size = device.pointer();
    device.driver.check(
        "cuModuleGetGlobal_v2", address, size, module, device.arena.allocateFrom(name));
    return address.get(ValueLayout.JAVA_LONG, 0);
  }

  private static MemorySegment bytesOf(Arena arena, Object argument) {
    return switch (argument) {
      case Long l -> arena.allocateFrom(ValueLayout.JAVA_LONG, l);
      case Integer i -> arena.allocateFrom(ValueLayout.JAVA_INT, i);
      case Float f -> arena.allocateFrom(ValueLayout.JAVA_FLOAT, f);
      case Double d -> arena.allocateFrom(ValueLayout.JAVA_DOUBLE, d);
      case MemorySegment structure -> structure;
      default -> throw new IllegalArgumentException("no parameter of a kernel: " + argument);
    };
  }
}
