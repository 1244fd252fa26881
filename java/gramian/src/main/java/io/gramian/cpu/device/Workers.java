package io.gramian.cpu.device;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The threads of a device. {@link #run} splits work into numbered tasks; which thread does which
 * task is open, so tasks write to places of their own and results do not depend on the number of
 * threads. Usable by several threads, one run at a time.
 */
public final class Workers implements AutoCloseable {
  /** Checks for new work before a thread goes to sleep: about 20 microseconds. */
  private static final int SPINS = 2000;

  /** A piece of work. */
  @FunctionalInterface
  public interface Task {
    /**
     * Does one piece.
     *
     * @param worker number of the thread, 0 to {@link #threads} - 1, for scratch memory
     */
    void run(int task, int worker);
  }

  /** A number of tasks of one kind. */
  public record Part(int tasks, Task body) {
    /** No task. */
    public static final Part NOTHING = new Part(0, (task, worker) -> {});
  }

  /** Counters so far apart that they do not share a cache line. */
  private static final int APART = 16;

  private final ReentrantLock turn = new ReentrantLock();
  private final Thread[] helpers;
  private volatile Job job;
  private volatile boolean closed;

  /** Starts {@code threads} - 1 daemon threads; the caller of {@link #run} is the last one. */
  Workers(int threads) {
    helpers = new Thread[threads - 1];
    for (int i = 0; i < helpers.length; i++) {
      int worker = i + 1;
      helpers[i] =
          Thread.ofPlatform().daemon().name("gramian-cpu-" + worker).start(() -> serve(worker));
    }
  }

  /** Number of threads, the caller's included. */
  public int threads() {
    return helpers.length + 1;
  }

  /**
   * Does tasks 0 to {@code tasks} - 1 and returns when all are done; rethrows the first failure.
   */
  public void run(int tasks, Task body) {
    run(new Part(tasks, body));
  }

  /** Does the tasks of several parts, which must not depend on each other. */
  public void run(Part... parts) {
    int tasks = Arrays.stream(parts).mapToInt(Part::tasks).sum();
    if (tasks == 0) {
      return;
    }
    if (tasks == 1 || helpers.length == 0) {
      for (Part part : parts) {
        for (int task = 0; task < part.tasks(); task++) {
          part.body().run(task, 0);
        }
      }
      return;
    }
    turn.lock();
    try {
      Job current = new Job(parts, tasks, threads(), Thread.currentThread());
      job = current;
      for (Thread helper : helpers) {
        LockSupport.unpark(helper);
      }
      current.work(0);
      current.await();
    } finally {
      job = null;
      turn.unlock();
    }
  }

  private void serve(int worker) {
    Job last = null;
    int idle = 0;
    while (!closed) {
      Job current = job;
      if (current != null && current != last) {
        last = current;
        current.work(worker);
        idle = 0;
      } else if (idle++ < SPINS) {
        Thread.onSpinWait();
      } else {
        last = null;
        LockSupport.park(this);
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    for (Thread helper : helpers) {
      LockSupport.unpark(helper);
    }
  }

  /**
   * Work under way. Every thread has a share of each part, the same one whenever a part has as many
   * tasks: rows that it wrote are still in its caches when it comes back to them.
   */
  private static final class Job {
    private final Part[] parts;
    private final int tasks;
    private final int threads;
    private final Thread caller;

    /** The next task of each share of each part. */
    private final AtomicIntegerArray next;

    private final AtomicInteger done = new AtomicInteger();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    Job(Part[] parts, int tasks, int threads, Thread caller) {
      this.parts = parts;
      this.tasks = tasks;
      this.threads = threads;
      this.caller = caller;
      this.next = new AtomicIntegerArray(parts.length * threads * APART);
      for (int part = 0; part < parts.length; part++) {
        for (int share = 0; share < threads; share++) {
          next.setPlain(counter(part, share), start(part, share));
        }
      }
    }

    private int counter(int part, int share) {
      return (part * threads + share) * APART;
    }

    private int start(int part, int share) {
      return (int) ((long) parts[part].tasks() * share / threads);
    }

    /** Does the tasks of its own shares, then what others have left of theirs. */
    void work(int worker) {
      for (int i = 0; i < threads; i++) {
        int share = (worker + i) % threads;
        for (int part = 0; part < parts.length; part++) {
          int end = start(part, share + 1);
          for (int task; (task = next.getAndIncrement(counter(part, share))) < end; ) {
            work(parts[part].body(), task, worker);
          }
        }
      }
    }

    private void work(Task body, int task, int worker) {
      try {
        if (failure.get() == null) {
          body.run(task, worker);
        }
      } catch (Throwable e) { // handed to the caller, which must not wait for ever
        failure.compareAndSet(null, e);
      } finally {
        if (done.incrementAndGet() == tasks) {
          LockSupport.unpark(caller);
        }
      }
    }

    void await() {
      for (int spins = 0; done.get() < tasks; spins++) {
        if (spins < SPINS) {
          Thread.onSpinWait();
        } else {
          LockSupport.park(this);
        }
      }
      switch (failure.get()) {
        case null -> {}
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        case Throwable e -> throw new IllegalStateException(e);
      }
    }
  }
}
