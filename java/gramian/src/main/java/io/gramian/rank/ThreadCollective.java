package io.gramian.rank;

import io.gramian.ClosedException;
import io.gramian.Collective;
import io.gramian.CollectiveException;
import io.gramian.ParameterException;
import io.gramian.Place;
import io.gramian.Stream;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A {@link Collective} whose ranks are threads of this process. */
public final class ThreadCollective implements Collective {
  private final Group group;
  private final int rank;

  private ThreadCollective(Group group, int rank) {
    this.group = group;
    this.rank = rank;
  }

  /** See {@link Collective#ofThreads}. */
  public static List<Collective> group(int size, Duration limit) {
    ParameterException.requireNonNull(limit, "a time limit");
    if (size < 1 || limit.isNegative() || limit.isZero()) {
      throw new ParameterException(
          "expected at least one rank and a time limit above 0, got " + size + " and " + limit);
    }
    Group group = new Group(size, limit);
    List<Collective> ranks = new ArrayList<>();
    for (int r = 0; r < size; r++) {
      ranks.add(new ThreadCollective(group, r));
    }
    return List.copyOf(ranks);
  }

  @Override
  public int rank() {
    return rank;
  }

  @Override
  public int size() {
    return group.size;
  }

  @Override
  public Place place() {
    return Place.HOST;
  }

  @Override
  public void allGather(Stream stream, Tensor shard, Tensor all, long[] counts) {
    Exchanges.checkGather(this, shard, all, counts);
    Tensor[] shards = exchange(Exchanges.describe("all-gather", shard.dtype(), counts), shard);
    long at = 0;
    for (int r = 0; r < shards.length; r++) {
      TensorSpec part = TensorSpec.of(all.dtype(), counts[r]);
      all.view(at, part).copyFrom(shards[r].view(0, part));
      at += counts[r];
    }
    finish();
  }

  @Override
  public void allReduce(Stream stream, Tensor values, Reduction reduction) {
    Exchanges.checkReduced(values);
    String call = Exchanges.describe("all-reduce " + reduction, values.dtype(), count(values));
    double[] reduced = reduce(exchange(call, values), 0, count(values), reduction);
    finish(); // nobody writes before all have read
    values.copyFrom(reduced);
  }

  @Override
  public void reduceScatter(Stream stream, Tensor values, Tensor shard, long[] counts) {
    Exchanges.checkScatter(this, values, shard, counts);
    Tensor[] all = exchange(Exchanges.describe("reduce-scatter", values.dtype(), counts), values);
    long at = 0;
    for (int r = 0; r < rank; r++) {
      at += counts[r];
    }
    shard.copyFrom(reduce(all, at, counts[rank], Reduction.SUM));
    finish();
  }

  private static long count(Tensor values) {
    return values.spec().elements();
  }

  /** In the order of the ranks, whoever came first. */
  private static double[] reduce(Tensor[] all, long from, long count, Reduction reduction) {
    double[] reduced = new double[Math.toIntExact(count)];
    for (int r = 0; r < all.length; r++) {
      double[] values = all[r].view(from, TensorSpec.of(all[r].dtype(), count)).toDoubles();
      for (int i = 0; i < reduced.length; i++) {
        reduced[i] = r == 0 ? values[i] : Exchanges.reduce(reduced[i], values[i], reduction);
      }
    }
    return reduced;
  }

  @Override
  public void abort(String reason) {
    group.fail("rank " + rank + " ended the group: " + reason);
  }

  @Override
  public void close() {
    group.leave(rank);
  }

  /** What the ranks brought; it may be read until {@link #finish}. */
  private Tensor[] exchange(String call, Tensor brought) {
    if (group.hasLeft(rank)) {
      throw new ClosedException("rank " + rank + " is closed");
    }
    return group.exchange(rank, call, brought);
  }

  /** Waits until all ranks have read what others brought. */
  private void finish() {
    group.exchange(rank, "end", null);
  }

  /** What the ranks brought to one exchange. */
  private static final class Round {
    final Tensor[] tensors;
    final String[] calls;
    int arrived;

    Round(int size) {
      tensors = new Tensor[size];
      calls = new String[size];
    }
  }

  /** What the ranks share. */
  private static final class Group {
    final int size;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final long limitNanos;
    private final boolean[] left;
    private Round round;
    private String failure;

    Group(int size, Duration limit) {
      this.size = size;
      this.limitNanos = limit.toNanos();
      this.left = new boolean[size];
      this.round = new Round(size);
    }

    Tensor[] exchange(int rank, String call, Tensor tensor) {
      lock.lock();
      try {
        requireWhole();
        Round mine = round;
        mine.tensors[rank] = tensor;
        mine.calls[rank] = call;
        mine.arrived++;
        if (mine.arrived == size) {
          round = new Round(size);
          compare(mine);
          changed.signalAll();
        } else {
          requireNobodyLeft();
          await(mine);
        }
        requireWhole();
        return mine.tensors;
      } finally {
        lock.unlock();
      }
    }

    private void compare(Round full) {
      for (int r = 1; r < size; r++) {
        if (!full.calls[r].equals(full.calls[0])) {
          failLocked(
              "rank 0 called " + full.calls[0] + ", but rank " + r + " called " + full.calls[r]);
          return;
        }
      }
    }

    private void await(Round mine) {
      long rest = limitNanos;
      try {
        while (mine.arrived < size && failure == null) {
          if (rest <= 0) {
            failLocked(
                "expected all ranks within "
                    + limitNanos / 1_000_000
                    + " ms, ranks "
                    + missing(mine)
                    + " did not come");
            return;
          }
          rest = changed.awaitNanos(rest);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        failLocked("a rank was interrupted while it waited for ranks " + missing(mine));
      }
    }

    /** A rank that has left never comes to the round that is going on. */
    private void requireNobodyLeft() {
      for (int r = 0; r < size; r++) {
        if (left[r] && round.calls[r] == null) {
          failLocked("expected rank " + r + ", which is closed");
        }
      }
    }

    private List<Integer> missing(Round waiting) {
      List<Integer> ranks = new ArrayList<>();
      for (int r = 0; r < size; r++) {
        if (waiting.calls[r] == null) {
          ranks.add(r);
        }
      }
      return ranks;
    }

    private void requireWhole() {
      if (failure != null) {
        throw new CollectiveException(failure);
      }
    }

    void fail(String reason) {
      lock.lock();
      try {
        failLocked(reason);
      } finally {
        lock.unlock();
      }
    }

    boolean hasLeft(int rank) {
      lock.lock();
      try {
        return left[rank];
      } finally {
        lock.unlock();
      }
    }

    void leave(int rank) {
      lock.lock();
      try {
        left[rank] = true;
        if (round.arrived > 0) {
          requireNobodyLeft();
        }
      } finally {
        lock.unlock();
      }
    }

    /** Notes the first failure and wakes all. */
    private void failLocked(String reason) {
      if (failure == null) {
        failure = reason;
        changed.signalAll();
      }
    }
  }
}
