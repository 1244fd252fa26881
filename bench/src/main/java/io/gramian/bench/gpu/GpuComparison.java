package io.gramian.bench.gpu;

import io.gramian.Device;
import io.gramian.bench.Settings;
import io.gramian.bench.cases.OpCase;
import io.gramian.bench.cases.OpCases;
import io.gramian.bench.report.Contestant;
import io.gramian.bench.report.Line;
import io.gramian.bench.report.Timing;
import io.gramian.bench.report.Work;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** One case on the device, checked against the reference and then timed, beside the peers. */
record GpuComparison(
    Device device, Settings settings, Ceilings ceilings, PythonPeers peers, GpuShape shape) {
  /** Copies of the inputs that take turns. */
  private static final int COPIES = 3;

  /** Above this, one copy: it is larger than any cache by itself. */
  private static final long LARGE_BYTES = 1L << 30;

  /** Peers hold matrices of all pairs and more; larger inputs would only fail, slowly. */
  private static final long MOST_PEER_BYTES = 1L << 28;

  /** Checks, measures, and gives a line per side. */
  List<Line> run(DeviceClock clock) {
    GpuCheck check = GpuCheck.of(device, shape, settings.checkSize());
    List<Line> lines = new ArrayList<>();
    try (Arena arena = Arena.ofShared()) {
      OpCase one = OpCases.of(shape.shape(), arena);
      Work work;
      try (GpuCase own = new GpuCase(device, one, shape.dtype(), copies(one))) {
        work = own.work();
        Timing time = clock.time(count -> own.run(clock.stream(), count));
        lines.add(
            Line.timed(
                    Line.GPU,
                    shape.subject(),
                    Contestant.ours(device.backend(), 1),
                    time,
                    work,
                    ceilings.of(work))
                .memory(OptionalLong.of(own.memoryBytes()))
                .agreement(Optional.of(check.agreement())));
      }
      if (settings.peers() && hasPeers(one)) {
        lines.addAll(peers.measure(shape, new PeerCase(shape, one, check), ceilings, work));
      }
    }
    return lines;
  }

  private static int copies(OpCase one) {
    return bytes(one) > LARGE_BYTES ? 1 : COPIES;
  }

  private boolean hasPeers(OpCase one) {
    return List.of("contrastive", "logdet", "volume", "mmd").contains(shape.shape().op())
        && bytes(one) <= MOST_PEER_BYTES;
  }

  private static long bytes(OpCase one) {
    return one.inputs().asMap().values().stream().mapToLong(t -> t.spec().spanBytes()).sum();
  }
}
