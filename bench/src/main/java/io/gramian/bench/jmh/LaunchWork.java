package io.gramian.bench.jmh;

import io.gramian.Device;
import io.gramian.Stream;
import io.gramian.bench.cases.CaseShape;
import io.gramian.bench.cases.OpCases;
import io.gramian.bench.ops.GramianSide;
import io.gramian.bench.peers.Launch;
import io.gramian.bench.report.Subject;
import io.gramian.cuda.device.RawDevice;
import java.lang.foreign.Arena;
import java.util.Arrays;

/** What is launched. */
enum LaunchWork {
  /** A kernel that does nothing: the call of the driver alone. */
  EMPTY("empty kernel"),

  /** The same, with its eight arguments written before each call. */
  ARGUMENTS("empty kernel, arguments written"),

  /** A run of the smallest plan: its checks, its arguments and its one kernel. */
  RUN("run of gram");

  /** The op of the smallest plan. */
  static final CaseShape SMALLEST = new CaseShape("gram", "", CaseShape.FORWARD, 1, 2, 32);

  private final String title;

  LaunchWork(String title) {
    this.title = title;
  }

  static LaunchWork of(String title) {
    return Arrays.stream(values()).filter(one -> one.title.equals(title)).findFirst().orElseThrow();
  }

  String title() {
    return title;
  }

  boolean writesArguments() {
    return this == ARGUMENTS;
  }

  Subject subject() {
    return subject(title);
  }

  /** Under another title. */
  Subject subject(String variant) {
    CaseShape shape = SMALLEST;
    return this == RUN
        ? shape.subject().as(LaunchJobs.NAME, variant)
        : new Subject(LaunchJobs.NAME, variant, shape.pass(), 1, 0, 0, "");
  }

  /** By our binding of the driver. */
  Launch ours(Device device, long seed) {
    return this == RUN ? new Run(device, seed) : new Kernel(device, this == ARGUMENTS);
  }

  private static final class Run implements Launch {
    private final Arena arena = Arena.ofShared();
    private final GramianSide side;
    private final Stream stream;

    Run(Device device, long seed) {
      side = new GramianSide(device, OpCases.of(SMALLEST, seed, arena));
      stream = device.defaultStream();
    }

    @Override
    public void enqueue() {
      side.enqueue(stream);
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

  private static final class Kernel implements Launch {
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
