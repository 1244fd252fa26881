package io.gramian.tests.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.gramian.CudaException;
import io.gramian.Device;
import io.gramian.DeviceOptions;
import io.gramian.GramianException;
import io.gramian.tests.Backends;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Whatever is called, by one thread or by several: an answer or a typed error, soon, and nothing is
 * left when everything has been closed. The system property {@code gramian.fuzz.seconds} says how
 * long each test looks, {@code gramian.fuzz.seed} where it begins.
 */
final class ApiFuzzTest {
  private static final int STEPS = 250;
  private static final long SECONDS = Long.getLong("gramian.fuzz.seconds", 5);
  private static final long SEED = Long.getLong("gramian.fuzz.seed", 1);
  private static final long HANGS_AFTER_SECONDS = 120;

  @TestFactory
  Stream<DynamicTest> callsOfOneThread() {
    return Backends.available().stream().map(name -> dynamicTest(name, () -> look(name, 1)));
  }

  @TestFactory
  Stream<DynamicTest> callsOfThreeThreads() {
    return Backends.available().stream().map(name -> dynamicTest(name, () -> look(name, 3)));
  }

  private static void look(String backend, int threads) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    AtomicLong answers = new AtomicLong();
    long seed = SEED;
    do {
      sequence(backend, threads, seed++, answers);
    } while (System.nanoTime() < end);
    // Fewer, and it is only errors that are looked at.
    assertThat(answers.get()).isGreaterThan((seed - SEED) * threads * STEPS / 4);
  }

  private static void sequence(String backend, int threads, long seed, AtomicLong answers)
      throws InterruptedException {
    Made made = new Made(Device.open(backend, DeviceOptions.defaults().threads(2)));
    AtomicReference<Throwable> failure = new AtomicReference<>();
    List<Choices> choices = new ArrayList<>();
    List<Thread> running = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      Choices own = new Choices(seed * 1009 + i);
      choices.add(own);
      ApiFuzzer fuzzer = new ApiFuzzer(own, made);
      running.add(Thread.ofPlatform().daemon().start(() -> steps(fuzzer, failure, answers)));
    }
    for (int i = 0; i < threads; i++) {
      running.get(i).join(TimeUnit.SECONDS.toMillis(HANGS_AFTER_SECONDS));
      if (running.get(i).isAlive()) {
        AssertionError hangs = new AssertionError("a call hangs");
        hangs.setStackTrace(running.get(i).getStackTrace());
        failure.compareAndSet(null, hangs);
      }
    }
    if (failure.get() == null) {
      try {
        made.closeAll();
      } catch (RuntimeException e) {
        failure.set(e);
      }
    }
    if (failure.get() != null) {
      throw new AssertionError(
          "backend %s, seed %d:%n%s"
              .formatted(
                  backend,
                  seed,
                  String.join("\n--\n", choices.stream().map(Choices::lastCalls).toList())),
          failure.get());
    }
  }

  private static void steps(
      ApiFuzzer fuzzer, AtomicReference<Throwable> failure, AtomicLong answers) {
    for (int i = 0; i < STEPS && failure.get() == null; i++) {
      try {
        fuzzer.step();
        answers.incrementAndGet();
      } catch (CudaException e) {
        if (!e.codeName().equals("CUDA_ERROR_OUT_OF_MEMORY")) {
          failure.compareAndSet(null, e);
        }
      } catch (GramianException | Made.NothingMade e) {
        // a typed error, or no call
      } catch (Throwable e) {
        failure.compareAndSet(null, e);
      }
    }
  }
}
