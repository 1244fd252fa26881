package io.gramian.torch;

import io.gramian.Collective;
import io.gramian.CollectiveException;
import io.gramian.ParameterException;
import io.gramian.rank.HostCollective;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.FileStore;
import org.bytedeco.pytorch.GlooDeviceVector;
import org.bytedeco.pytorch.LongVector;
import org.bytedeco.pytorch.ProcessGroupGloo;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.Work;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A group of processes, on one machine or many, that exchange tensors in host memory through Gloo,
 * which JavaCPP's PyTorch brings. A rank that is killed is noticed when its connections break, one
 * that hangs by the time limit.
 */
public final class GlooCollective extends HostCollective {
  private final ProcessGroupGloo group;

  private GlooCollective(ProcessGroupGloo group, int rank, int size) {
    super(rank, size);
    this.group = group;
  }

  /**
   * Joins a group; waits for the other ranks.
   *
   * @param store a file by which the ranks find one another, on a file system that all share; new,
   *     and of this group only
   * @param host name or address of this machine by which the others reach it, the only one that is
   *     listened on; {@code 127.0.0.1} where all are on one machine
   * @param rank this rank, from 0
   * @param size how many ranks there are
   * @param limit the longest that a rank waits in a call
   * @return the group, to be closed
   * @throws ParameterException if a number is out of range
   * @throws CollectiveException if the others do not come within the limit
   * @throws LibtorchException if PyTorch's natives are missing
   */
  public static Collective join(Path store, String host, int rank, int size, Duration limit) {
    ParameterException.requireNonNull(store, "a file");
    ParameterException.requireNonNull(host, "a host");
    ParameterException.requireNonNull(limit, "a time limit");
    if (size < 1 || rank < 0 || rank >= size || limit.toMillis() < 1) {
      throw new ParameterException(
          "expected a rank from 0 to size - 1 and a time limit of at least 1 ms, got rank "
              + rank
              + " of "
              + size
              + " and "
              + limit);
    }
    JavaCppBridge.loadLibrary();
    try (PointerScope _ = new PointerScope()) {
      ProcessGroupGloo.Options options =
          ProcessGroupGloo.Options.create(new Milliseconds(limit.toMillis()));
      options.devices(new GlooDeviceVector(ProcessGroupGloo.createDeviceForHostname(host)));
      options.threads(1);
      ProcessGroupGloo group =
          new ProcessGroupGloo(new FileStore(store.toString(), size), rank, size, options);
      group.retainReference();
      return new GlooCollective(group, rank, size);
    } catch (RuntimeException e) {
      String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw new CollectiveException(
          "rank " + rank + " of " + size + " cannot join the group of " + store + ": " + message,
          e);
    }
  }

  @Override
  protected void gatherBytes(MemorySegment own, MemorySegment all) {
    try (PointerScope _ = new PointerScope()) {
      await(group._allgather_base(tensor(all), tensor(own)));
    }
  }

  @Override
  protected void exchangeBytes(
      MemorySegment to, long[] toBytes, MemorySegment from, long[] fromBytes) {
    try (PointerScope _ = new PointerScope()) {
      await(
          group.alltoall_base(
              tensor(from), tensor(to), new LongVector(fromBytes), new LongVector(toBytes)));
    }
  }

  private static void await(Work work) {
    work._wait();
  }

  /** A tensor of bytes that is this memory. */
  private static Tensor tensor(MemorySegment memory) {
    TensorOptions bytes = new TensorOptions().dtype(new ScalarTypeOptional(ScalarType.Byte));
    Pointer address = new Address(memory.address());
    return torch.from_blob(address, new long[] {memory.byteSize()}, bytes);
  }

  @Override
  protected void leave() {
    group.releaseReference();
  }

  /** Memory that is somebody else's. */
  private static final class Address extends Pointer {
    Address(long value) {
      address = value;
    }
  }
}
