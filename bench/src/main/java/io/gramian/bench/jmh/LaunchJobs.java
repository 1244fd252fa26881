package io.gramian.bench.jmh;

import io.gramian.Device;
import io.gramian.bench.Job;
import io.gramian.bench.Settings;
import io.gramian.bench.jcuda.JcublasLaunch;
import io.gramian.bench.jcuda.Jcuda;
import io.gramian.bench.jcuda.JcudaLaunch;
import io.gramian.bench.report.Contestant;
import io.gramian.bench.report.Line;
import io.gramian.bench.report.Subject;
import io.gramian.bench.report.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a launch costs the host, beside jcuda on the same device; and what the smallest run costs on
 * a backend that does its work at once, beside the peers.
 *
 * @param settings how to measure
 * @param forks runs it
 */
record LaunchJobs(Settings settings, Forks forks) {
  /** What can be asked for. */
  static final String NAME = "launch";

  private static final String REFERENCE = "reference";

  /** Someone who launches; {@code missing} says why they cannot. */
  private record Launcher(String key, Contestant contestant, Optional<String> missing) {}

  /** What will be measured. */
  List<Job> jobs() {
    List<Job> jobs = new ArrayList<>();
    for (String backend : KernelBackends.names()) {
      for (LaunchWork work : LaunchWork.values()) {
        jobs.add(
            new Job(
                NAME + " " + work.title(),
                2 * forks.effort().burstSeconds(),
                () -> run(backend, work)));
      }
    }
    if (settings.quick()) {
      return jobs;
    }
    Subject whole = LaunchWork.RUN.subject(LaunchWork.RUN.title() + ", its work too");
    jobs.add(
        new OpJobs(settings, forks)
            .job(LaunchWork.SMALLEST, whole, List.of(settings.backend(), REFERENCE)));
    return jobs;
  }

  private List<Line> run(String backend, LaunchWork work) {
    List<Line> lines = new ArrayList<>();
    for (Launcher launcher : launchers(backend, work)) {
      Map<String, String> parameters =
          Map.of("device", backend, "work", work.title(), "side", launcher.key);
      lines.add(
          launcher.missing.isPresent()
              ? Line.absent(Line.JMH, work.subject(), launcher.contestant, launcher.missing.get())
              : Lines.of(
                  work.subject(),
                  launcher.contestant,
                  forks.bursts(LaunchTime.class, parameters),
                  Work.NONE));
    }
    return lines;
  }

  private List<Launcher> launchers(String backend, LaunchWork work) {
    Optional<String> noDevice = KernelBackends.missing(backend);
    List<Launcher> launchers = new ArrayList<>();
    launchers.add(new Launcher(LaunchTime.OURS, Contestant.ours(backend, 1), noDevice));
    if (!settings.peers()) {
      return launchers;
    }
    String key = work == LaunchWork.RUN ? JcublasLaunch.KEY : JcudaLaunch.KEY;
    Contestant peer = Contestant.peer(key, Jcuda.version(), backend, 1);
    Optional<String> missing = noDevice;
    if (work == LaunchWork.RUN && backend.equals(KernelBackends.EMULATED)) {
      missing = Optional.of("cuBLAS needs a GPU");
    } else if (missing.isEmpty()) {
      // Takes the library of the device.
      try (Device _ = Device.open(backend)) {
        missing = work == LaunchWork.RUN ? Jcuda.missingCublas() : Jcuda.missing();
      }
    }
    launchers.add(new Launcher(key, peer, missing));
    return launchers;
  }
}
