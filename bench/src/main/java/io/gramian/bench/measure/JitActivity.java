package io.gramian.bench.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Processor time of the threads that compile Java code, from Linux' {@code /proc}. The JVM's own
 * counter moves only when a compilation ends, and one of an unrolled kernel takes seconds.
 */
public final class JitActivity {
  private static final Path THREADS = Path.of("/proc/self/task");

  /** Of one processor's time over a window: below it the compilers were idle. */
  private static final double IDLE = 0.02;

  private static final int MOST_TURNS = 24;
  private static final double NANOS = 1e-9;
  private static final double TICK_SECONDS = 0.01;

  /** Fields of {@code stat} after the name, which may hold spaces: user and system time. */
  private static final int USER_TIME = 11;

  private long at = System.nanoTime();
  private double seconds = compilerSeconds();

  private JitActivity() {}

  /**
   * Runs something, and again as long as the compilers worked meanwhile.
   *
   * @param most how often at most
   */
  public static void repeatWhileBusy(int most, Runnable turn) {
    JitActivity compilers = new JitActivity();
    int turns = 0;
    do {
      turn.run();
      turns++;
    } while (turns < most && compilers.sinceLastCall());
  }

  /**
   * Runs what will be timed until the compilers are done with it: they may start on an unrolled
   * kernel only seconds after its first run, and take seconds for it.
   *
   * @param seconds how long the compilers have to be idle; 0 for one run
   */
  public static void warm(double seconds, Runnable run) {
    repeatWhileBusy(
        seconds > 0 ? MOST_TURNS : 1,
        () -> {
          long begin = System.nanoTime();
          do {
            run.run();
          } while ((System.nanoTime() - begin) * NANOS < seconds);
        });
  }

  /**
   * Whether the compilers worked since the last call, or since this object was made. False where
   * this cannot be known.
   */
  private boolean sinceLastCall() {
    long now = System.nanoTime();
    double spent = compilerSeconds();
    boolean busy = spent - seconds > IDLE * (now - at) * NANOS;
    at = now;
    seconds = spent;
    return busy;
  }

  /** What the threads that compile have taken so far; 0 where it cannot be known. */
  static double compilerSeconds() {
    if (!Files.isDirectory(THREADS)) {
      return 0;
    }
    double sum = 0;
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(THREADS)) {
      for (Path thread : threads) {
        sum += compilerSeconds(thread);
      }
    } catch (DirectoryIteratorException e) {
      throw new UncheckedIOException(e.getCause());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return sum;
  }

  private static double compilerSeconds(Path thread) throws IOException {
    try {
      String name = Files.readString(thread.resolve("comm"));
      if (!name.startsWith("C1 Comp") && !name.startsWith("C2 Comp")) {
        return 0;
      }
      return processorSeconds(Files.readString(thread.resolve("stat")));
    } catch (NoSuchFileException e) {
      return 0; // the thread has ended
    }
  }

  /** User and system time of a thread's {@code stat}. */
  static double processorSeconds(String stat) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return TICK_SECONDS
        * (Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[USER_TIME + 1]));
  }
}
