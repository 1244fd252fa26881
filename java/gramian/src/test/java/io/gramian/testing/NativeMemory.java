package io.gramian.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntConsumer;

/**
 * Native memory of this process, for tests that work leaves none behind. The heap of the JVM must
 * be of fixed size and touched beforehand, so that resident memory grows by native memory alone.
 */
public final class NativeMemory {
  /** Until compiled code and the caches of allocators have their size. */
  private static final int WARM_STEPS = 2_000;

  private static final int STEPS = 10_000;

  private static final Path STATUS = Path.of("/proc/self/status");

  private NativeMemory() {}

  /** Whether this system shows the memory of a process. */
  public static boolean isShown() {
    return Files.isReadable(STATUS);
  }

  /**
   * Fails if ten thousand steps leave an array behind in each, or in every other one.
   *
   * @param arrayBytes size of an array that a step might leave behind; some KiB, lest the process
   *     grows as much by other things
   */
  public static void assertSteady(int arrayBytes, IntConsumer step) {
    assertSteady(WARM_STEPS, STEPS, arrayBytes, step);
  }

  /** The same with other numbers of steps; together their arrays have to fill some 40 MiB. */
  public static void assertSteady(int warmSteps, int steps, int arrayBytes, IntConsumer step) {
    repeat(warmSteps, step);
    long before = residentBytes();
    repeat(steps, step);
    long grown = residentBytes() - before;
    long bound = (long) steps * arrayBytes / 2;
    if (grown >= bound) {
      throw new AssertionError(
          "expected resident memory to grow by less than %d bytes in %d steps, got %d"
              .formatted(bound, steps, grown));
    }
  }

  private static void repeat(int count, IntConsumer step) {
    for (int i = 0; i < count; i++) {
      step.accept(i);
    }
  }

  private static long residentBytes() {
    try {
      // What garbage held is freed by threads of the stacks, which need a moment.
      for (int i = 0; i < 3; i++) {
        System.gc();
        Thread.sleep(100);
      }
      return Files.readAllLines(STATUS).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
