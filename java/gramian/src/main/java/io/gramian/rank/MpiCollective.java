package io.gramian.rank;

import io.gramian.CollectiveException;
import io.gramian.ParameterException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** A {@link io.gramian.Collective} of the processes of an MPI job. */
public final class MpiCollective extends HostCollective {
  /** How often it is looked whether an exchange is done before others get the processor. */
  private static final int SPINS = 2000;

  private static final long PAUSE_NANOS = 20_000;

  private final MpiLibrary mpi;
  private final Duration limit;
  private final boolean joinedHere;
  private boolean isLost;

  private MpiCollective(MpiLibrary mpi, Duration limit, boolean joinedHere) {
    super(mpi.rank(), mpi.size());
    this.mpi = mpi;
    this.limit = limit;
    this.joinedHere = joinedHere;
  }

  /** See {@link io.gramian.Collective#ofMpi}. */
  public static MpiCollective join(Duration limit) {
    ParameterException.requireNonNull(limit, "a time limit");
    if (limit.toMillis() < 1) {
      throw new ParameterException("expected a time limit of at least 1 ms, got " + limit);
    }
    MpiLibrary mpi = MpiLibrary.load();
    boolean joinedHere = mpi.init();
    return new MpiCollective(mpi, limit, joinedHere);
  }

  @Override
  protected void gatherBytes(MemorySegment own, MemorySegment all) {
    requireCountable(all.byteSize());
    MemorySegment request = request();
    mpi.gather(own, all, request);
    await(request);
  }

  @Override
  protected void exchangeBytes(
      MemorySegment to, long[] toBytes, MemorySegment from, long[] fromBytes) {
    requireCountable(to.byteSize());
    requireCountable(from.byteSize());
    MemorySegment request = request();
    Arena arena = Arena.ofAuto();
    MemorySegment[] lists = {
      ints(arena, toBytes), ints(arena, offsets(toBytes)),
      ints(arena, fromBytes), ints(arena, offsets(fromBytes))
    };
    mpi.exchange(to, lists[0], lists[1], from, lists[2], lists[3], request);
    await(request);
    Reference.reachabilityFence(lists); // what the request reads until it is done
  }

  /** MPI counts in ints. */
  private static void requireCountable(long bytes) {
    if (bytes > Integer.MAX_VALUE) {
      throw new CollectiveException(
          "expected exchanges of less than 2 GiB a rank with MPI, got " + bytes + " bytes");
    }
  }

  private static MemorySegment request() {
    return Arena.ofAuto().allocate(ValueLayout.JAVA_LONG);
  }

  private static MemorySegment ints(Arena arena, long[] values) {
    MemorySegment ints = arena.allocate(ValueLayout.JAVA_INT, values.length);
    for (int i = 0; i < values.length; i++) {
      ints.setAtIndex(ValueLayout.JAVA_INT, i, Math.toIntExact(values[i]));
    }
    return ints;
  }

  private static long[] offsets(long[] counts) {
    long[] offsets = new long[counts.length];
    for (int i = 1; i < counts.length; i++) {
      offsets[i] = offsets[i - 1] + counts[i - 1];
    }
    return offsets;
  }

  private void await(MemorySegment request) {
    long end = System.nanoTime() + limit.toNanos();
    for (int i = 0; !mpi.isDone(request); i++) {
      if (System.nanoTime() - end > 0) {
        isLost = true;
        throw new CollectiveException(
            "expected all ranks within " + limit.toMillis() + " ms, one did not come");
      }
      if (i < SPINS) {
        Thread.onSpinWait();
      } else {
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  /** A world that a rank is missing in cannot be left: the job ends when the process does. */
  @Override
  protected void leave() {
    if (joinedHere && !isLost) {
      mpi.leave();
    }
  }
}
