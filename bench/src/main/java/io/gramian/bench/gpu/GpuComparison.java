package io.gramian.bench.gpu;

import io.gramian.Device;
import io.gramian.bench.Settings;
import io.gramian.bench.compare.Check;
import io.gramian.bench.peers.GramianSide;
import io.gramian.bench.report.Contestant;
import io.gramian.bench.report.Line;
import io.gramian.bench.report.Subject;
import io.gramian.bench.report.Timing;
import io.gramian.bench.report.Work;
import io.gramian.bench.workload.Problem;
import io.gramian.bench.workload.Workloads;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** One case on the device, checked against the reference and then timed, beside the peers. */
record GpuComparison(
    Device device, Settings settings, Ceilings ceilings, PythonPeers peers, Subject subject) {
  /** Copies of the inputs that take turns. */
  private static final int COPIES = 3;

  /** Above this, one copy: it is larger than any cache by itself. */
  private static final long LARGE_BYTES = 1L << 30;

  /** Peers hold matrices of all pairs and more; larger inputs would only fail, slowly. */
  private static final long MOST_PEER_BYTES = 1L << 28;

  /** Checks, measures, and gives a line per side. */
  List<Line> run(DeviceClock clock) {
    Check check = Check.ours(subject, !settings.checksAtSize(), device);
    List<Line> lines = new ArrayList<>();
    try (Arena arena = Arena.ofShared()) {
      Problem problem = Workloads.problem(subject, 0, arena);
      Work work;
      int copies = bytes(problem) > LARGE_BYTES ? 1 : COPIES;
      try (GramianSide side = new GramianSide(device, problem, copies, device::upload)) {
        work = work(problem, side);
        Timing time = clock.time(count -> side.enqueue(clock.stream(), count));
        Contestant ours = Contestant.ours(device.backend(), 1);
        lines.add(
            Line.timed(Line.GPU, subject, ours, time, work, ceilings.of(work))
                .memory(side.outputBytes() + side.workspaceBytes())
                .agreement(Optional.of(check.agreement())));
      }
      if (settings.peers() && bytes(problem) <= MOST_PEER_BYTES) {
        PeerCase one = new PeerCase(problem, check, device.accuracy(subject.type()));
        lines.addAll(peers.measure(one, ceilings, work));
      }
    }
    return lines;
  }

  /**
   * What a run has to do: operations where its products bind it, those that it does a second time
   * too, as the targets count them; else bytes of inputs and outputs in their element types.
   */
  private static Work work(Problem problem, GramianSide side) {
    OptionalDouble flops = problem.work().flops();
    return flops.isPresent()
        ? Work.flops(flops.getAsDouble() + problem.recomputed())
        : Work.bytes(side.inputBytes() + side.outputBytes());
  }

  private static long bytes(Problem problem) {
    return problem.inputs().asMap().values().stream().mapToLong(t -> t.spec().spanBytes()).sum();
  }
}
