package io.gramian.emulated;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The emulated device with the test kernels loaded and a context of the test's own. The constructor
 * skips the test where there is no such device, because it was built without g++.
 */
final class TestDevice implements AutoCloseable {
  private static final String FOLDER = "META-INF/gramian/emulated/linux-x86_64/";
  private static final Path LIBRARY = Path.of("target/classes").resolve(FOLDER + "libcuda.so.1");

  private static final class Loaded {
    static final Driver DRIVER = new Driver(LIBRARY);
  }

  final Driver driver;
  final Arena arena = Arena.ofConfined();
  private final MemorySegment context;
  private final MemorySegment module;

  TestDevice() {
    libraryOrSkip();
    driver = Loaded.DRIVER;
    driver.check("cuInit", 0);
    driver.call("gramianEmulatedSetComputeCapability", 8, 0);
    driver.call("gramianEmulatedSetTimeLimit", 60_000L);
    driver.call("gramianEmulatedSetWorkers", 1);
    seed(1);
    MemorySegment out = pointer();
    driver.check("cuCtxCreate_v2", out, 0, 0);
    context = out.get(ValueLayout.ADDRESS, 0);
    module = load(TestKernels.ptx(TestKernels.Build.SM_80, "correct"));
  }

  /** Loads a module. */
  MemorySegment load(byte[] image) {
    MemorySegment out = pointer();
    driver.check("cuModuleLoadData", out, bytes(image));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /** The library of the device; skips the test if it was not built. */
  static Path libraryOrSkip() {
    assumeTrue(Files.exists(LIBRARY), "no emulated device: it was not built, for there is no g++");
    return LIBRARY;
  }

  /** The PTX of an op, as it is shipped, ending with a zero as the driver wants it. */
  static byte[] kernelPtx(String op) {
    String resource = "META-INF/gramian/kernels/compute_80/" + op + ".ptx";
    try (InputStream in = TestDevice.class.getClassLoader().getResourceAsStream(resource)) {
      byte[] text = in.readAllBytes();
      return Arrays.copyOf(text, text.length + 1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void seed(long seed) {
    driver.call("gramianEmulatedSetSeed", seed);
  }

  MemorySegment pointer() {
    return arena.allocate(ValueLayout.ADDRESS);
  }

  MemorySegment bytes(byte... values) {
    return arena.allocateFrom(ValueLayout.JAVA_BYTE, values);
  }

  MemorySegment context() {
    return context;
  }

  MemorySegment module() {
    return module;
  }

  long allocate(long size) {
    MemorySegment out = pointer();
    driver.check("cuMemAlloc_v2", out, size);
    return out.get(ValueLayout.JAVA_LONG, 0);
  }

  long upload(float... values) {
    return upload(arena.allocateFrom(ValueLayout.JAVA_FLOAT, values));
  }

  long upload(MemorySegment values) {
    long address = allocate(values.byteSize());
    driver.check("cuMemcpyHtoD_v2", address, values, values.byteSize());
    return address;
  }

  float[] downloadFloats(long address, int count) {
    return download(address, 4L * count).toArray(ValueLayout.JAVA_FLOAT);
  }

  int[] downloadInts(long address, int count) {
    return download(address, 4L * count).toArray(ValueLayout.JAVA_INT);
  }

  long upload(int... values) {
    return upload(arena.allocateFrom(ValueLayout.JAVA_INT, values));
  }

  long upload(double... values) {
    return upload(arena.allocateFrom(ValueLayout.JAVA_DOUBLE, values));
  }

  long upload(long... values) {
    return upload(arena.allocateFrom(ValueLayout.JAVA_LONG, values));
  }

  long upload(short... values) {
    return upload(arena.allocateFrom(ValueLayout.JAVA_SHORT, values));
  }

  long upload(byte... values) {
    return upload(arena.allocateFrom(ValueLayout.JAVA_BYTE, values));
  }

  /** Memory of zeros. */
  long zeros(long size) {
    return upload(arena.allocate(size, 16));
  }

  double[] downloadDoubles(long address, int count) {
    return download(address, 8L * count).toArray(ValueLayout.JAVA_DOUBLE);
  }

  long[] downloadLongs(long address, int count) {
    return download(address, 8L * count).toArray(ValueLayout.JAVA_LONG);
  }

  short[] downloadShorts(long address, int count) {
    return download(address, 2L * count).toArray(ValueLayout.JAVA_SHORT);
  }

  byte[] downloadBytes(long address, int count) {
    return download(address, count).toArray(ValueLayout.JAVA_BYTE);
  }

  MemorySegment download(long address, long size) {
    MemorySegment host = arena.allocate(size, 16);
    driver.check("cuMemcpyDtoH_v2", host, address, size);
    return host;
  }

  MemorySegment function(String name) {
    return function(module, name);
  }

  MemorySegment function(MemorySegment of, String name) {
    MemorySegment out = pointer();
    driver.check("cuModuleGetFunction", out, of, arena.allocateFrom(name));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /** The parameter of most test kernels: output, input, a count and a spare number. */
  MemorySegment buffers(long out, long in, int n, int spare) {
    MemorySegment p = arena.allocate(24, 8);
    p.set(ValueLayout.JAVA_LONG, 0, out);
    p.set(ValueLayout.JAVA_LONG, 8, in);
    p.set(ValueLayout.JAVA_INT, 16, n);
    p.set(ValueLayout.JAVA_INT, 20, spare);
    return p;
  }

  /** Enqueues a kernel on a stream ({@link MemorySegment#NULL}: the legacy stream). */
  int launch(
      String kernel, int blocks, int threads, int shared, MemorySegment stream, MemorySegment p) {
    return launch(function(kernel), blocks, 1, threads, shared, stream, p);
  }

  /** Enqueues a function for a grid of columns x rows blocks. */
  int launch(
      MemorySegment function,
      int columns,
      int rows,
      int threads,
      int shared,
      MemorySegment stream,
      MemorySegment p) {
    MemorySegment parameters = pointer();
    parameters.set(ValueLayout.ADDRESS, 0, p);
    return driver.call(
        "cuLaunchKernel",
        function,
        columns,
        rows,
        1,
        threads,
        1,
        1,
        shared,
        stream,
        parameters,
        MemorySegment.NULL);
  }

  /** Runs a kernel to its end and answers the code of the synchronisation. */
  int run(String kernel, int blocks, int threads, int shared, MemorySegment p) {
    int code = launch(kernel, blocks, threads, shared, MemorySegment.NULL, p);
    if (code != 0) {
      throw new AssertionError(kernel + " was not launched: " + code + driver.lastFault());
    }
    return driver.call("cuCtxSynchronize");
  }

  /** Destroys the context, and with it what the test left in it, a fault too. */
  @Override
  public void close() {
    driver.check("cuCtxDestroy_v2", context);
    arena.close();
  }
}
