package io.gramian.bench.jmh;

import io.gramian.Device;
import io.gramian.DeviceOptions;
import io.gramian.bench.Job;
import io.gramian.bench.Settings;
import io.gramian.bench.cases.Agreement;
import io.gramian.bench.cases.CaseShape;
import io.gramian.bench.cases.OpCases;
import io.gramian.bench.ops.Check;
import io.gramian.bench.ops.LoadedPeers;
import io.gramian.bench.ops.Shapes;
import io.gramian.bench.peers.Peer;
import io.gramian.bench.report.Contestant;
import io.gramian.bench.report.Line;
import io.gramian.bench.report.Subject;
import io.gramian.bench.report.Timing;
import io.gramian.bench.report.Work;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Every op and the matrix product, beside the peers that have them.
 *
 * @param settings what to measure
 * @param forks runs it
 */
record OpJobs(Settings settings, Forks forks) {
  /** What will be measured. */
  List<Job> jobs() {
    List<Job> jobs = new ArrayList<>();
    for (CaseShape shape : Shapes.single(settings)) {
      jobs.add(job(shape, shape.subject(), List.of(settings.backend())));
    }
    return jobs;
  }

  /**
   * One case.
   *
   * @param subject of its lines
   * @param backends of ours
   */
  Job job(CaseShape shape, Subject subject, List<String> backends) {
    int sides = backends.size() + LoadedPeers.wanted(shape, settings).size();
    return new Job(
        subject.title() + " " + shape.batch(),
        sides * forks.effort().callSeconds(),
        () -> run(shape, subject, backends));
  }

  private List<Line> run(CaseShape shape, Subject subject, List<String> backends) {
    int threads = settings.threads();
    LoadedPeers peers = LoadedPeers.of(shape, settings);
    // Rates mean something where the line is of the op.
    Work work = subject.equals(shape.subject()) ? work(shape) : Work.NONE;
    List<Line> lines = new ArrayList<>();
    for (String backend : backends) {
      Agreement agreement = checked(shape, backend);
      Contestant ours = Contestant.ours(backend, threads);
      lines.add(line(shape, subject, ours, backend, work, agreement));
    }
    for (Peer peer : peers.present()) {
      Agreement agreement = Check.peer(shape, peer, threads);
      lines.add(line(shape, subject, peer.contestant(threads), peer.key(), work, agreement));
    }
    lines.addAll(peers.absent(Line.JMH, subject));
    return lines;
  }

  private Line line(
      CaseShape shape,
      Subject subject,
      Contestant by,
      String side,
      Work work,
      Agreement agreement) {
    Map<String, String> parameters =
        new LinkedHashMap<>(CaseParameters.of(shape, settings.threads()));
    parameters.put("side", side);
    parameters.put("blas", settings.blas());
    Optional<Timing> time = forks.calls(OpTime.class, parameters);
    return Lines.of(subject, by, time, work).agreement(Optional.of(agreement));
  }

  private Agreement checked(CaseShape shape, String backend) {
    DeviceOptions options = DeviceOptions.defaults().threads(settings.threads());
    try (Device device = Device.open(backend, options)) {
      return Check.ours(shape, settings.checkSize(), device);
    }
  }

  private static Work work(CaseShape shape) {
    try (Arena arena = Arena.ofShared()) {
      return OpCases.of(shape, arena).work();
    }
  }
}
