package io.gramian.kernels.compiler;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs compilations over all cores. */
final class ParallelTasks {
  /** One compilation. */
  interface Task {
    void run() throws CompilationException, IOException, InterruptedException;
  }

  private ParallelTasks() {}

  /**
   * Runs every task to its end, and then throws the first failure in the order of the list; the
   * others are attached to it as suppressed, so that one build shows every error.
   *
   * @param tasks what to run
   * @throws CompilationException if a source does not compile
   * @throws IOException if a file cannot be read or written
   * @throws InterruptedException if the thread is interrupted
   */
  static void run(List<Task> tasks) throws CompilationException, IOException, InterruptedException {
    if (tasks.isEmpty()) {
      return;
    }
    int threads = Math.min(tasks.size(), Runtime.getRuntime().availableProcessors());
    List<Throwable> failures = new ArrayList<>();
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      List<Future<?>> futures = new ArrayList<>();
      for (Task task : tasks) {
        futures.add(
            executor.submit(
                () -> {
                  task.run();
                  return null;
                }));
      }
      for (Future<?> future : futures) {
        try {
          future.get();
        } catch (ExecutionException e) {
          failures.add(e.getCause());
        }
      }
    }
    if (!failures.isEmpty()) {
      throwFirst(failures);
    }
  }

  private static void throwFirst(List<Throwable> failures)
      throws CompilationException, IOException, InterruptedException {
    Throwable first = failures.getFirst();
    failures.stream().skip(1).forEach(first::addSuppressed);
    switch (first) {
      case CompilationException e -> throw e;
      case IOException e -> throw e;
      case InterruptedException e -> throw e;
      default -> throw new IllegalStateException("a compilation task failed", first);
    }
  }
}
