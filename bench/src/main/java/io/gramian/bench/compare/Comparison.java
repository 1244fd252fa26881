package io.gramian.bench.compare;

import io.gramian.Device;
import io.gramian.bench.Settings;
import io.gramian.bench.measure.Ceiling;
import io.gramian.bench.measure.OtherWork;
import io.gramian.bench.peers.GramianSide;
import io.gramian.bench.peers.Peer;
import io.gramian.bench.peers.Side;
import io.gramian.bench.report.Agreement;
import io.gramian.bench.report.Contestant;
import io.gramian.bench.report.Limit;
import io.gramian.bench.report.Line;
import io.gramian.bench.report.Subject;
import io.gramian.bench.report.Timing;
import io.gramian.bench.workload.Problem;
import io.gramian.bench.workload.Workloads;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One case: ours, every peer that has it, and the ceiling of the machine, taking turns in one
 * process on the same inputs and the same number of threads.
 *
 * @param device of ours
 * @param settings how to measure
 * @param subject what
 * @param peers that compute it
 */
record Comparison(Device device, Settings settings, Subject subject, List<Peer> peers) {
  private static final double SETUP_SECONDS = 0.5;
  private static final double CHILD_SECONDS = 3;

  /** About how long it takes. */
  double seconds() {
    double sides = 2 + peers.size();
    double timing =
        settings.timing().warmSeconds()
            + settings.timing().rounds() * settings.timing().turnSeconds();
    double memory = settings.memory() ? CHILD_SECONDS * (sides - 1) : 0;
    return sides * (SETUP_SECONDS + timing) + memory;
  }

  /** Checks, measures, and gives a line per side. */
  List<Line> run() {
    int threads = settings.threads();
    Agreement agreement = Check.ours(subject, !settings.checksAtSize(), device).agreement();
    for (Peer peer : peers) {
      Check.peer(subject, peer, threads);
    }
    Contestant us = Contestant.ours(device.backend(), threads);
    List<Side> sides = new ArrayList<>();
    List<Optional<Agreement>> agreements = new ArrayList<>(List.of(Optional.of(agreement)));
    try (Arena arena = Arena.ofShared()) {
      Problem problem = Workloads.problem(subject, 0, arena);
      sides.add(new GramianSide(device, problem));
      for (Peer peer : peers) {
        sides.add(peer.open(problem, threads));
        agreements.add(
            Check.bothSides(
                subject,
                us.title(),
                sides.getFirst(),
                peer.contestant(threads).name(),
                sides.getLast()));
      }
      OtherWork other = OtherWork.begin();
      List<Timing> times = new ArrayList<>();
      Optional<Limit> limit = time(problem, sides, times);
      String busy = other.note();
      List<Line> lines = new ArrayList<>();
      for (int i = 0; i < sides.size(); i++) {
        Contestant by = i == 0 ? us : peers.get(i - 1).contestant(threads);
        Line line =
            Line.timed(Line.BENCH, subject, by, times.get(i), problem.work(), limit)
                .agreement(agreements.get(i))
                .note(busy);
        lines.add(measuresMemory(problem) ? withMemory(line, i) : line);
      }
      // A ceiling that one side exceeds is none for the others.
      return lines.stream().allMatch(line -> line.limit().equals(limit))
          ? lines
          : lines.stream().map(Line::withoutLimit).toList();
    } finally {
      sides.forEach(Side::close);
    }
  }

  /** Adds a time for each side, and gives the ceiling of the same moments. */
  private Optional<Limit> time(Problem problem, List<Side> sides, List<Timing> times) {
    List<Runnable> tasks = new ArrayList<>(sides);
    try (Ceiling ceiling = Ceiling.of(problem.work(), settings.threads())) {
      if (ceiling.isAvailable()) {
        tasks.add(ceiling);
      }
      times.addAll(settings.timing().time(tasks));
      return ceiling.isAvailable()
          ? Optional.of(ceiling.limit(times.getLast().minimum()))
          : Optional.empty();
    }
  }

  private Line withMemory(Line line, int side) {
    String key = side == 0 ? device.backend() : peers.get(side - 1).key();
    return MemoryProbe.measure(key, settings, subject)
        .map(peak -> line.memory(peak.growth()).note(peak.note()))
        .orElseGet(() -> line.note("memory: the process that measures it failed"));
  }

  private boolean measuresMemory(Problem problem) {
    boolean wanted = !settings.quick() || subject.op().equals("contrastive");
    return settings.memory() && problem.isTraining() && wanted && MemoryProbe.isAvailable();
  }
}
