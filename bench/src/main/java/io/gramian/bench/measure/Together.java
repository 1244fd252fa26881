package io.gramian.bench.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;

/** Threads that do the same work on their parts of it. */
public final class Together implements AutoCloseable {
  private final ExecutorService pool;
  private final int threads;

  /** Starts the threads. */
  public Together(int threads) {
    this.threads = threads;
    this.pool = Executors.newFixedThreadPool(threads);
  }

  /** Runs the work once for each index below the number of threads and waits for all. */
  public void run(IntConsumer work) {
    List<Future<?>> running = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      int index = i;
      running.add(pool.submit(() -> work.accept(index)));
    }
    for (Future<?> one : running) {
      try {
        one.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while measuring", e);
      } catch (ExecutionException e) {
        throw new IllegalStateException("a measuring thread failed", e.getCause());
      }
    }
  }

  @Override
  public void close() {
    pool.shutdownNow();
  }
}
