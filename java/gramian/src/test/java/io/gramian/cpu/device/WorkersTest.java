package io.gramian.cpu.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

/** Every task once, failures to the caller, several callers. */
class WorkersTest {
  @Test
  void doesEveryTaskOnce() {
    try (Workers workers = new Workers(3)) {
      for (int run = 0; run < 200; run++) {
        AtomicIntegerArray done = new AtomicIntegerArray(run);
        workers.run(run, (task, worker) -> done.incrementAndGet(task));
        for (int task = 0; task < run; task++) {
          assertThat(done.get(task)).isEqualTo(1);
        }
      }
    }
  }

  @Test
  void numbersOfWorkersAreWithinTheirCount() {
    try (Workers workers = new Workers(3)) {
      AtomicIntegerArray seen = new AtomicIntegerArray(3);
      workers.run(1000, (task, worker) -> seen.incrementAndGet(worker));
      assertThat(seen.get(0) + seen.get(1) + seen.get(2)).isEqualTo(1000);
    }
  }

  @Test
  void failuresReachTheCallerAndTheWorkersLiveOn() {
    try (Workers workers = new Workers(2)) {
      assertThatThrownBy(
              () ->
                  workers.run(
                      50,
                      (task, worker) -> {
                        if (task == 17) {
                          throw new IllegalArgumentException("task 17");
                        }
                      }))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("task 17");
      AtomicInteger done = new AtomicInteger();
      workers.run(20, (task, worker) -> done.incrementAndGet());
      assertThat(done).hasValue(20);
    }
  }

  @Test
  void severalCallersTakeTurns() throws InterruptedException {
    try (Workers workers = new Workers(2)) {
      AtomicInteger done = new AtomicInteger();
      List<Thread> callers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        callers.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      for (int run = 0; run < 50; run++) {
                        workers.run(7, (task, worker) -> done.incrementAndGet());
                      }
                    }));
      }
      for (Thread caller : callers) {
        caller.join();
      }
      assertThat(done).hasValue(4 * 50 * 7);
    }
  }
}
