package io.gramian.bench.jmh;

import io.gramian.Backend;
import io.gramian.Device;
import io.gramian.DeviceOptions;
import io.gramian.bench.Job;
import io.gramian.bench.Settings;
import io.gramian.bench.compare.Check;
import io.gramian.bench.peers.Peer;
import io.gramian.bench.peers.Peers;
import io.gramian.bench.report.Agreement;
import io.gramian.bench.report.Contestant;
import io.gramian.bench.report.Line;
import io.gramian.bench.report.Subject;
import io.gramian.bench.report.Timing;
import io.gramian.bench.report.Work;
import io.gramian.bench.workload.Workloads;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * All microbenchmarks: every op beside the peers, making plans, and launches.
 *
 * @param settings what to measure
 * @param peers that are there
 * @param forks runs it
 */
public record JmhSuite(Settings settings, Peers peers, Forks forks) {
  /** Name of the file that takes what JMH says. */
  public static final String LOG = "jmh.log";

  /** What can be asked for: enqueuing. */
  static final String LAUNCH = "launch";

  /** What can be asked for: making plans. */
  static final String PLAN = "plan";

  /** The backend that launches kernels and needs no GPU. */
  static final String EMULATED = "emulated";

  private static final String CUDA = "cuda";
  private static final String RUNNER = "/org/openjdk/jmh/runner/Runner.class";

  /** Whose plans are made where plans were not asked for by name: one op of each engine. */
  private static final Set<String> ONE_OF_EACH_ENGINE =
      Set.of("gram", "contrastive", "topk", "nway", "mmd", "pointcloud-contrastive", "set-clip");

  /** What can be asked for. */
  public static List<String> names() {
    return Stream.concat(Workloads.names().stream(), Stream.of(PLAN, LAUNCH)).toList();
  }

  /** Why there are none, or nothing. */
  public static Optional<String> missing() {
    return JmhSuite.class.getResource(RUNNER) != null
        ? Optional.empty()
        : Optional.of("the classes of JMH are not on the path");
  }

  /**
   * What the settings ask for.
   *
   * @param log file that takes what JMH says; its folder is made where it is missing
   */
  public static List<Job> jobs(Settings settings, Peers peers, Path log) {
    Forks.Effort effort = settings.quick() ? Forks.Effort.QUICK : Forks.Effort.USUAL;
    return new JmhSuite(settings, peers, new Forks(effort, log)).jobs();
  }

  List<Job> jobs() {
    List<Job> jobs = new ArrayList<>();
    for (Subject subject : Workloads.single(settings)) {
      jobs.add(op(subject, subject, List.of(settings.backend())));
    }
    jobs.addAll(plans());
    if (settings.wants(LAUNCH)) {
      jobs.addAll(launches());
    }
    return jobs;
  }

  /** An op, by backends of ours and by the peers that have it. */
  private Job op(Subject measured, Subject shown, List<String> backends) {
    int sides = backends.size() + peers.of(measured).size();
    return new Job(
        shown.title() + " " + shown.batch(),
        sides * forks.effort().callSeconds(),
        () -> runOp(measured, shown, backends));
  }

  private List<Line> runOp(Subject measured, Subject shown, List<String> backends) {
    // Rates mean something where the line is of the op.
    Work work = shown.equals(measured) ? work(measured) : Work.NONE;
    List<Line> lines = new ArrayList<>();
    for (String backend : backends) {
      DeviceOptions options = DeviceOptions.defaults().threads(settings.threads());
      Agreement agreement;
      try (Device device = Device.open(backend, options)) {
        agreement = Check.ours(measured, !settings.checksAtSize(), device).agreement();
      }
      Optional<Timing> time = time(measured, backend);
      lines.add(
          line(shown, Contestant.ours(backend, settings.threads()), time, work)
              .agreement(Optional.of(agreement)));
    }
    for (Peer peer : peers.of(measured)) {
      Agreement agreement = Check.peer(measured, peer, settings.threads());
      Optional<Timing> time = time(measured, peer.key());
      lines.add(
          line(shown, peer.contestant(settings.threads()), time, work)
              .agreement(Optional.of(agreement)));
    }
    return lines;
  }

  private Optional<Timing> time(Subject subject, String side) {
    Map<String, String> parameters = new LinkedHashMap<>(CaseState.of(subject, settings.threads()));
    parameters.put("side", side);
    parameters.put("blas", settings.blas());
    return forks.calls(OpTime.class, parameters);
  }

  private static Work work(Subject subject) {
    try (Arena arena = Arena.ofShared()) {
      return Workloads.problem(subject, 0, arena).work();
    }
  }

  /**
   * Plans at a small size: of every op where plans are asked for by name; else of one op of each
   * engine, and of none where it has to be quick.
   */
  private List<Job> plans() {
    boolean all = settings.ops().contains(PLAN);
    if (!all && (settings.quick() || !settings.ops().isEmpty())) {
      return List.of();
    }
    List<String> backends = new ArrayList<>(List.of(settings.backend()));
    backends.addAll(launching());
    List<Job> jobs = new ArrayList<>();
    for (Subject subject : Workloads.small()) {
      if (all || ONE_OF_EACH_ENGINE.contains(subject.op())) {
        jobs.add(
            new Job(
                PLAN + " " + subject.title(),
                backends.size() * forks.effort().callSeconds(),
                () -> backends.stream().map(backend -> plan(subject, backend)).toList()));
      }
    }
    return jobs;
  }

  private Line plan(Subject subject, String backend) {
    Subject shown = subject.as(PLAN, subject.title());
    Contestant ours = Contestant.ours(backend, 1);
    Optional<String> missing = missing(backend);
    if (missing.isPresent()) {
      return Line.absent(Line.JMH, shown, ours, missing.get());
    }
    Map<String, String> parameters = new LinkedHashMap<>(CaseState.of(subject, settings.threads()));
    parameters.put("side", backend);
    return line(shown, ours, forks.calls(PlanTime.class, parameters), Work.NONE);
  }

  /**
   * What a launch costs the host, beside jcuda on the same device; and what the smallest run costs
   * on a backend that does its work at once, beside the peers.
   */
  private List<Job> launches() {
    List<Job> jobs = new ArrayList<>();
    for (String backend : launching()) {
      for (Launch.Work work : Launch.Work.values()) {
        jobs.add(
            new Job(
                LAUNCH + " " + work.title(),
                2 * forks.effort().burstSeconds(),
                () -> launch(backend, work)));
      }
    }
    if (!settings.quick()) {
      Subject shown =
          Launch.Work.RUN.subject().as(LAUNCH, Launch.Work.RUN.title() + ", its work too");
      jobs.add(op(Launch.Work.SMALLEST, shown, List.of(settings.backend(), "reference")));
    }
    return jobs;
  }

  private List<Line> launch(String backend, Launch.Work work) {
    Optional<String> noDevice = missing(backend);
    List<Line> lines = new ArrayList<>();
    Contestant ours = Contestant.ours(backend, 1);
    lines.add(launch(backend, work, LaunchTime.OURS, ours, noDevice));
    if (settings.peers()) {
      boolean run = work == Launch.Work.RUN;
      String key = run ? LaunchTime.JCUBLAS : LaunchTime.JCUDA;
      Contestant peer = Contestant.peer(key, Jcuda.version(), backend, 1);
      Optional<String> missing = noDevice;
      if (run && backend.equals(EMULATED)) {
        missing = Optional.of("cuBLAS needs a GPU");
      } else if (missing.isEmpty()) {
        // Takes the library of the device.
        try (Device _ = Device.open(backend)) {
          missing = run ? Jcuda.missingCublas() : Jcuda.missing();
        }
      }
      lines.add(launch(backend, work, key, peer, missing));
    }
    return lines;
  }

  private Line launch(
      String backend, Launch.Work work, String side, Contestant by, Optional<String> missing) {
    return missing.isPresent()
        ? Line.absent(Line.JMH, work.subject(), by, missing.get())
        : line(
            work.subject(),
            by,
            forks.bursts(
                LaunchTime.class, Map.of("device", backend, "work", work.title(), "side", side)),
            Work.NONE);
  }

  /** The backends that launch kernels: the emulated device, and the GPU if there is one. */
  private static List<String> launching() {
    List<String> names = new ArrayList<>(List.of(EMULATED));
    if (missing(CUDA).isEmpty()) {
      names.add(CUDA);
    }
    return names;
  }

  /** Why a backend cannot be opened, or nothing. */
  static Optional<String> missing(String backend) {
    Backend found =
        Backend.all().stream().filter(one -> one.name().equals(backend)).findFirst().orElseThrow();
    return found.available() ? Optional.empty() : Optional.of(found.details().getFirst());
  }

  /** A side with its time, or without where its process failed. */
  private static Line line(Subject subject, Contestant by, Optional<Timing> time, Work work) {
    return time.isPresent()
        ? Line.timed(Line.JMH, subject, by, time.get(), work, Optional.empty())
        : Line.absent(Line.JMH, subject, by, "its process failed; " + LOG + " says why");
  }
}
