package io.gramian.rank;

import io.gramian.ClosedException;
import io.gramian.Collective;
import io.gramian.CollectiveException;
import io.gramian.DType;
import io.gramian.Place;
import io.gramian.Stream;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * A {@link Collective} of processes over an engine that moves bytes of host memory, and needs no
 * more of it than that. Sums are taken here, in the order of the ranks and in float64.
 *
 * <p>Engines of bytes do not notice that ranks disagree: they hang, or end the process. So before
 * each exchange the ranks gather, in messages of one size, what each is about to do. In the same
 * way a rank that cannot go on tells the others.
 */
public abstract class HostCollective implements Collective {
  private static final long ALIGNMENT = 64;

  /** Bytes of the message before an exchange: a kind, a length, a text. */
  private static final int MESSAGE = 512;

  private static final int TEXT_AT = 8;
  private static final int ABORT = 1;
  private static final int CALL = 2;

  private final int rank;
  private final int size;
  private String failure;
  private boolean closed;

  /** One rank of a group. */
  protected HostCollective(int rank, int size) {
    this.rank = rank;
    this.size = size;
  }

  /**
   * Gathers as many bytes of each rank.
   *
   * @param own native memory
   * @param all native memory of {@link #size} times as many bytes
   * @throws RuntimeException if a rank is late or gone
   */
  protected abstract void gatherBytes(MemorySegment own, MemorySegment all);

  /**
   * Sends each rank bytes of its own.
   *
   * @param to native memory, what is for each rank one after another
   * @param toBytes how many are for each rank
   * @param from native memory, gets what each rank has for this one
   * @param fromBytes how many each rank has
   * @throws RuntimeException if a rank is late or gone
   */
  protected abstract void exchangeBytes(
      MemorySegment to, long[] toBytes, MemorySegment from, long[] fromBytes);

  /** Leaves the engine. */
  protected abstract void leave();

  @Override
  public final int rank() {
    return rank;
  }

  @Override
  public final int size() {
    return size;
  }

  @Override
  public final Place place() {
    return Place.HOST;
  }

  @Override
  public final void allGather(Stream stream, Tensor shard, Tensor all, long[] counts) {
    Exchanges.checkGather(this, shard, all, counts);
    exchange(
        Exchanges.describe("all-gather", shard.dtype(), counts),
        arena -> gather(arena, shard, all, counts));
  }

  @Override
  public final void allReduce(Stream stream, Tensor values, Reduction reduction) {
    Exchanges.checkReduced(values);
    long count = values.spec().elements();
    long[] counts = new long[size];
    Arrays.setAll(counts, r -> count * (r + 1) / size - count * r / size);
    exchange(
        Exchanges.describe("all-reduce " + reduction, values.dtype(), count),
        arena -> {
          Tensor own = Tensor.zeros(TensorSpec.of(values.dtype(), counts[rank]));
          scatter(arena, values, own, counts, reduction);
          gather(arena, own, values, counts);
        });
  }

  @Override
  public final void reduceScatter(Stream stream, Tensor values, Tensor shard, long[] counts) {
    Exchanges.checkScatter(this, values, shard, counts);
    exchange(
        Exchanges.describe("reduce-scatter", values.dtype(), counts),
        arena -> scatter(arena, values, shard, counts, Reduction.SUM));
  }

  /** Shards of one length: shorter ones are padded. */
  private void gather(Arena arena, Tensor shard, Tensor all, long[] counts) {
    int bytes = shard.dtype().bytes();
    long most = Arrays.stream(counts).max().orElse(0) * bytes;
    if (most == 0) {
      return;
    }
    MemorySegment own = arena.allocate(most, ALIGNMENT);
    MemorySegment.copy(shard.memory(), 0, own, 0, counts[rank] * bytes);
    MemorySegment padded = arena.allocate(Math.multiplyExact(most, size), ALIGNMENT);
    gatherBytes(own, padded);
    long at = 0;
    for (int r = 0; r < size; r++) {
      MemorySegment.copy(padded, r * most, all.memory(), at, counts[r] * bytes);
      at += counts[r] * bytes;
    }
  }

  private void scatter(
      Arena arena, Tensor values, Tensor shard, long[] counts, Reduction reduction) {
    int bytes = values.dtype().bytes();
    long[] toBytes = Arrays.stream(counts).map(count -> count * bytes).toArray();
    long[] fromBytes = new long[size];
    Arrays.fill(fromBytes, toBytes[rank]);
    MemorySegment to = arena.allocate(values.spec().spanBytes(), ALIGNMENT);
    MemorySegment.copy(values.memory(), 0, to, 0, values.spec().spanBytes());
    MemorySegment from = arena.allocate(Math.multiplyExact(toBytes[rank], size), ALIGNMENT);
    exchangeBytes(to, toBytes, from, fromBytes);
    DType type = values.dtype();
    double[] reduced = new double[Math.toIntExact(counts[rank])];
    for (int r = 0; r < size; r++) {
      long at = r * fromBytes[r];
      for (int i = 0; i < reduced.length; i++) {
        double value = get(from, type, at + (long) i * bytes);
        reduced[i] = r == 0 ? value : Exchanges.reduce(reduced[i], value, reduction);
      }
    }
    shard.copyFrom(reduced);
  }

  private static double get(MemorySegment memory, DType type, long at) {
    return type == DType.F64
        ? memory.get(ValueLayout.JAVA_DOUBLE_UNALIGNED, at)
        : memory.get(ValueLayout.JAVA_FLOAT_UNALIGNED, at);
  }

  /** Makes an exchange that all ranks are about to make. */
  private void exchange(String call, Consumer<Arena> exchange) {
    if (closed) {
      throw new ClosedException("rank " + rank + " is closed");
    }
    if (failure != null) {
      throw new CollectiveException(failure);
    }
    Arena arena = Arena.ofConfined();
    try {
      agree(arena, call);
      exchange.accept(arena);
    } catch (RuntimeException e) {
      // What the engine has started it may still write; that memory is never given back.
      if (failure == null) {
        String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        failure = "rank " + rank + " lost the others in " + call + ": " + message;
      }
      throw e instanceof CollectiveException known && failure.equals(e.getMessage())
          ? known
          : new CollectiveException(failure, e);
    }
    arena.close();
  }

  /** Compares what the ranks are about to do. */
  private void agree(Arena arena, String call) {
    MemorySegment all = tell(arena, CALL, call);
    for (int r = 0; r < size; r++) {
      if (all.get(ValueLayout.JAVA_INT, (long) r * MESSAGE) == ABORT) {
        failure = "rank " + r + " ended the group: " + text(all, r);
        throw new CollectiveException(failure);
      }
    }
    for (int r = 1; r < size; r++) {
      if (!text(all, r).equals(text(all, 0))) {
        failure = "rank 0 called " + text(all, 0) + ", but rank " + r + " called " + text(all, r);
        throw new CollectiveException(failure);
      }
    }
  }

  private MemorySegment tell(Arena arena, int kind, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(bytes.length, MESSAGE - TEXT_AT);
    MemorySegment own = arena.allocate(MESSAGE, ALIGNMENT);
    own.set(ValueLayout.JAVA_INT, 0, kind);
    own.set(ValueLayout.JAVA_INT, Integer.BYTES, length);
    MemorySegment.copy(bytes, 0, own, ValueLayout.JAVA_BYTE, TEXT_AT, length);
    MemorySegment all = arena.allocate((long) MESSAGE * size, ALIGNMENT);
    gatherBytes(own, all);
    return all;
  }

  private static String text(MemorySegment all, int of) {
    long at = (long) of * MESSAGE;
    int length = all.get(ValueLayout.JAVA_INT, at + Integer.BYTES);
    byte[] bytes = new byte[length];
    MemorySegment.copy(all, ValueLayout.JAVA_BYTE, at + TEXT_AT, bytes, 0, length);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Tells the others at their next exchange, for which it waits. */
  @Override
  public final void abort(String reason) {
    if (closed || failure != null) {
      return;
    }
    failure = "rank " + rank + " ended the group: " + reason;
    try {
      tell(Arena.ofAuto(), ABORT, reason);
    } catch (RuntimeException e) {
      // The others are gone, which is all they can be told.
    }
  }

  @Override
  public final void close() {
    if (!closed) {
      closed = true;
      leave();
    }
  }
}
