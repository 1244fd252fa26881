package io.gramian.bench.ops;

import io.gramian.Device;
import io.gramian.bench.Settings;
import io.gramian.bench.cases.Agreement;
import io.gramian.bench.cases.CaseShape;
import io.gramian.bench.cases.OpCase;
import io.gramian.bench.cases.OpCases;
import io.gramian.bench.measure.Ceiling;
import io.gramian.bench.measure.Samples;
import io.gramian.bench.memory.MemoryProbe;
import io.gramian.bench.memory.MemoryTask;
import io.gramian.bench.memory.PeakMemory;
import io.gramian.bench.peers.Peer;
import io.gramian.bench.peers.Side;
import io.gramian.bench.report.Contestant;
import io.gramian.bench.report.Limit;
import io.gramian.bench.report.Line;
import io.gramian.bench.report.Timing;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One case: ours, every peer that has it, and the ceiling of the machine, taking turns in one
 * process on the same inputs and the same number of threads.
 *
 * @param device of ours
 * @param settings how to measure
 * @param shape what
 */
record Comparison(Device device, Settings settings, CaseShape shape) {
  private static final double SETUP_SECONDS = 0.5;
  private static final double CHILD_SECONDS = 3;
  private static final double MEBI = 1024 * 1024;

  /** About how long it takes. */
  double seconds() {
    double sides = 2 + LoadedPeers.wanted(shape, settings).size();
    double timing =
        settings.timing().warmSeconds()
            + settings.timing().rounds() * settings.timing().turnSeconds();
    double memory = measuresMemory() ? CHILD_SECONDS * (sides - 1) : 0;
    return sides * (SETUP_SECONDS + timing) + memory;
  }

  /** Checks, measures, and gives a line per side. */
  List<Line> run() {
    LoadedPeers peers = LoadedPeers.of(shape, settings);
    Agreement ours = Check.ours(shape, settings.checkSize(), device);
    for (Peer peer : peers.present()) {
      Check.peer(shape, peer, settings.threads());
    }
    List<Line> lines = measure(peers.present(), ours);
    lines.addAll(peers.absent(Line.BENCH, shape.subject()));
    return lines;
  }

  private List<Line> measure(List<Peer> present, Agreement oursAgreement) {
    int threads = settings.threads();
    Contestant us = Contestant.ours(device.backend(), threads);
    List<Side> sides = new ArrayList<>();
    List<Optional<Agreement>> agreements = new ArrayList<>();
    try (Arena arena = Arena.ofShared()) {
      OpCase one = OpCases.of(shape, arena);
      sides.add(new GramianSide(device, one));
      agreements.add(Optional.of(oursAgreement));
      for (Peer peer : present) {
        sides.add(peer.open(one, threads));
        agreements.add(
            Check.bothSides(
                shape,
                us.title(),
                sides.getFirst(),
                peer.contestant(threads).name(),
                sides.getLast()));
      }
      List<Runnable> tasks = new ArrayList<>(sides);
      Optional<Limit> limit = Optional.empty();
      List<Samples> times;
      try (Ceiling ceiling = Ceiling.of(one.work(), threads)) {
        boolean host = device.place().isHost() && ceiling.isAvailable();
        if (host) {
          tasks.add(ceiling);
        }
        times = settings.timing().time(tasks);
        if (host) {
          limit = Optional.of(ceiling.limit(times.getLast().minimum()));
        }
      }
      List<Line> lines = new ArrayList<>();
      for (int i = 0; i < sides.size(); i++) {
        Contestant by = i == 0 ? us : present.get(i - 1).contestant(threads);
        lines.add(
            Line.timed(Line.BENCH, shape.subject(), by, Timing.of(times.get(i)), one.work(), limit)
                .agreement(agreements.get(i)));
      }
      return withMemory(lines, present);
    } finally {
      sides.forEach(Side::close);
    }
  }

  private List<Line> withMemory(List<Line> lines, List<Peer> present) {
    if (!measuresMemory()) {
      return lines;
    }
    List<Line> measured = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String side = i == 0 ? device.backend() : present.get(i - 1).key();
      Optional<PeakMemory> peak =
          MemoryProbe.measure(new MemoryTask(side, settings.threads(), settings.blas(), shape));
      measured.add(
          peak.isEmpty()
              ? lines.get(i).note("memory: the process that measures it failed")
              : lines
                  .get(i)
                  .memory(OptionalLong.of(peak.get().growth()))
                  .note(workspace(peak.get())));
    }
    return measured;
  }

  private static String workspace(PeakMemory peak) {
    return peak.workspace() == 0
        ? ""
        : String.format(Locale.ROOT, "workspace %.1f MiB", peak.workspace() / MEBI);
  }

  /** Losses: what other ops take is mostly their output. */
  private boolean measuresMemory() {
    boolean loss =
        shape.hasGradients()
            && shape
                .op()
                .matches(
                    "contrastive|mmd|semantic-density|nt-xent|clip-matched|set-clip|pointcloud-contrastive");
    boolean wanted = !settings.quick() || shape.op().equals("contrastive");
    return settings.memory()
        && loss
        && wanted
        && device.place().isHost()
        && MemoryProbe.isAvailable();
  }
}
