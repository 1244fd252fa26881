package io.gramian;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A {@link Collective} whose ranks are threads of this process. */
public final class ThreadCollective implements Collective {
  /** What the ranks brought to one exchange. */
  private static final class Round {
    final double[][] values;
    final String[] calls;
    int arrived;

    Round(int size) {
      values = new double[size][];
      calls = new String[size];
    }
  }

  /** What the ranks share. */
  private static final class Group {
    final ReentrantLock lock = new ReentrantLock();
    final Condition changed = lock.newCondition();
    final int size;
    final long limitNanos;
    final boolean[] left;
    Round round;
    String failure;

    Group(int size, Duration limit) {
      this.size = size;
      this.limitNanos = limit.toNanos();
      this.left = new boolean[size];
      this.round = new Round(size);
    }

    double[][] exchange(int rank, String call, double[] values) {
      lock.lock();
      try {
        requireWhole();
        Round mine = round;
        mine.values[rank] = values.clone(); // the caller may write its own before others have read
        mine.calls[rank] = call;
        mine.arrived++;
        if (mine.arrived == size) {
          round = new Round(size);
          compare(mine);
          changed.signalAll();
        } else {
          requireNobodyLeft(mine);
          await(mine);
        }
        requireWhole();
        return mine.values;
      } finally {
        lock.unlock();
      }
    }

    private void compare(Round full) {
      for (int r = 1; r < size; r++) {
        if (!full.calls[r].equals(full.calls[0])) {
          fail("rank 0 called " + full.calls[0] + ", but rank " + r + " called " + full.calls[r]);
          return;
        }
      }
    }

    private void await(Round mine) {
      long left = limitNanos;
      try {
        while (mine.arrived < size && failure == null) {
          if (left <= 0) {
            fail(
                "expected all ranks within "
                    + Duration.ofNanos(limitNanos).toMillis()
                    + " ms, ranks "
                    + missing(mine)
                    + " did not come");
            return;
          }
          left = changed.awaitNanos(left);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        fail("a rank was interrupted while it waited for ranks " + missing(mine));
      }
    }

    private void requireNobodyLeft(Round waiting) {
      for (int r = 0; r < size; r++) {
        if (left[r] && waiting.calls[r] == null) {
          fail("expected rank " + r + ", which is closed");
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

    /** Notes the first failure and wakes all; the lock is held. */
    void fail(String reason) {
      if (failure == null) {
        failure = reason;
        changed.signalAll();
      }
    }
  }

  private final Group group;
  private final int rank;

  private ThreadCollective(Group group, int rank) {
    this.group = group;
    this.rank = rank;
  }

  /**
   * A group, one element a rank, for one thread each.
   *
   * @param size how many ranks, at least 1
   * @param limit the longest that a rank waits in a call
   */
  public static List<Collective> group(int size, Duration limit) {
    if (size < 1 || limit.isNegative() || limit.isZero()) {
      throw new ParameterException(
          "expected at least one rank and a positive time limit, got " + size + " and " + limit);
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
  public double[] allGather(double[] shard) {
    return Arrays.stream(exchange("allGather", shard)).flatMapToDouble(Arrays::stream).toArray();
  }

  @Override
  public void allReduceSum(double[] values) {
    double[] sums = sum(exchange("allReduceSum of " + values.length, values));
    System.arraycopy(sums, 0, values, 0, sums.length);
  }

  @Override
  public void allReduceMax(double[] values) {
    double[][] all = exchange("allReduceMax of " + values.length, values);
    for (double[] other : all) {
      for (int i = 0; i < values.length; i++) {
        values[i] = Math.max(values[i], other[i]);
      }
    }
  }

  @Override
  public double[] reduceScatterSum(double[] values, int[] counts) {
    if (counts.length != group.size
        || Arrays.stream(counts).anyMatch(count -> count < 0)
        || Arrays.stream(counts).asLongStream().sum() != values.length) {
      String message =
          "expected counts of "
              + group.size
              + " ranks that add up to "
              + values.length
              + ", got "
              + Arrays.toString(counts);
      abort("rank " + rank + ": " + message);
      throw new ShapeException(message);
    }
    double[] sums = sum(exchange("reduceScatterSum of " + Arrays.toString(counts), values));
    int begin = Arrays.stream(counts, 0, rank).sum();
    return Arrays.copyOfRange(sums, begin, begin + counts[rank]);
  }

  @Override
  public void barrier() {
    exchange("barrier", new double[0]);
  }

  @Override
  public void abort(String reason) {
    group.lock.lock();
    try {
      group.fail(reason);
    } finally {
      group.lock.unlock();
    }
  }

  @Override
  public void close() {
    group.lock.lock();
    try {
      group.left[rank] = true;
      if (group.round.arrived > 0) {
        group.requireNobodyLeft(group.round);
      }
    } finally {
      group.lock.unlock();
    }
  }

  private double[][] exchange(String call, double[] values) {
    if (group.left[rank]) {
      throw new ClosedException("rank " + rank + " is closed");
    }
    return group.exchange(rank, call, values);
  }

  /** In the order of the ranks, whoever came first. */
  private static double[] sum(double[][] all) {
    double[] sums = new double[all[0].length];
    for (double[] values : all) {
      for (int i = 0; i < sums.length; i++) {
        sums[i] += values[i];
      }
    }
    return sums;
  }
}
