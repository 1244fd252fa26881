package io.gramian.bench.jmh;

import io.gramian.Device;
import io.gramian.Stream;
import io.gramian.bench.peers.GramianSide;
import io.gramian.bench.report.Subject;
import io.gramian.bench.workload.Workloads;
import io.gramian.cuda.device.RawDevice;
import java.lang.foreign.Arena;
import java.util.Arrays;

/** Work that is enqueued over and over, by one library. */
interface Launch extends AutoCloseable {
  /** Enqueues it once. */
  void enqueue();

  /** Waits until all of it is done. */
  void synchronize();

  @Override
  void close();

  /** What is launched. */
  enum Work {
    /** A kernel that does nothing: the call of the driver alone. */
    EMPTY("empty kernel"),

    /** The same, with its eight arguments written before each call. */
    ARGUMENTS("empty kernel, arguments written"),

    /** A run of the smallest plan: its checks, its arguments and its one kernel. */
    RUN("run of gram");

    /** The op of the smallest plan. */
    static final Subject SMALLEST = new Subject("gram", "", Subject.FORWARD, 1, 2, 32, "f32");

    private final String title;

    Work(String title) {
      this.title = title;
    }

    static Work of(String title) {
      return Arrays.stream(values())
          .filter(one -> one.title.equals(title))
          .findFirst()
          .orElseThrow();
    }

    String title() {
      return title;
    }

    boolean writesArguments() {
      return this == ARGUMENTS;
    }

    Subject subject() {
      return this == RUN
          ? SMALLEST.as(JmhSuite.LAUNCH, title)
          : new Subject(JmhSuite.LAUNCH, title, Subject.FORWARD, 1, 0, 0, "");
    }

    /** By our binding of the driver. */
    Launch ours(Device device, long seed) {
      return this == RUN ? new Run(device, seed) : new Kernel(device, writesArguments());
    }
  }

  /** A run of the smallest plan. */
  final class Run implements Launch {
    private final Arena arena = Arena.ofShared();
    private final GramianSide side;
    private final Stream stream;

    Run(Device device, long seed) {
      side = new GramianSide(device, Workloads.problem(Work.SMALLEST, seed, arena));
      stream = device.defaultStream();
    }

    @Override
    public void enqueue() {
      side.enqueue(stream, 0);
    }

    @Override
    public void synchronize() {
      stream.synchronize();
    }

    @Override
    public void close() {
      side.close();
      arena.close();
    }
  }

  /** The kernel that does nothing. */
  final class Kernel implements Launch {
    private final RawDevice.EmptyKernel kernel;
    private final Stream stream;
    private final long[] arguments;

    Kernel(Device device, boolean writesArguments) {
      kernel = ((RawDevice) device).emptyKernel();
      stream = device.defaultStream();
      arguments = writesArguments ? new long[RawDevice.EmptyKernel.ARGUMENTS] : null;
    }

    @Override
    public void enqueue() {
      if (arguments == null) {
        kernel.enqueue(stream);
      } else {
        arguments[0]++;
        kernel.enqueue(stream, arguments);
      }
    }

    @Override
    public void synchronize() {
      stream.synchronize();
    }

    @Override
    public void close() {
      kernel.close();
    }
  }
}
