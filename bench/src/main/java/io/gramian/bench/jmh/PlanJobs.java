package io.gramian.bench.jmh;

import io.gramian.bench.Job;
import io.gramian.bench.Settings;
import io.gramian.bench.cases.CaseShape;
import io.gramian.bench.ops.Shapes;
import io.gramian.bench.report.Contestant;
import io.gramian.bench.report.Line;
import io.gramian.bench.report.Subject;
import io.gramian.bench.report.Work;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Plans at a small size: of every op where plans are asked for by name; else of one op of each
 * engine, and of none where it has to be quick.
 *
 * @param settings how to measure
 * @param forks runs it
 */
record PlanJobs(Settings settings, Forks forks) {
  /** What can be asked for. */
  static final String NAME = "plan";

  private static final Set<String> ONE_OF_EACH_ENGINE =
      Set.of("gram", "contrastive", "topk", "nway", "mmd", "pointcloud-contrastive", "set-clip");

  /** What will be measured. */
  List<Job> jobs() {
    boolean all = settings.ops().contains(NAME);
    if (!all && (settings.quick() || !settings.ops().isEmpty())) {
      return List.of();
    }
    List<String> backends = new ArrayList<>(List.of(settings.backend()));
    backends.addAll(KernelBackends.names());
    List<Job> jobs = new ArrayList<>();
    for (CaseShape shape : Shapes.small()) {
      if (all || ONE_OF_EACH_ENGINE.contains(shape.op())) {
        jobs.add(
            new Job(
                NAME + " " + shape.subject().title(),
                backends.size() * forks.effort().callSeconds(),
                () -> run(shape, backends)));
      }
    }
    return jobs;
  }

  private List<Line> run(CaseShape shape, List<String> backends) {
    Subject subject = shape.subject().as(NAME, shape.subject().title());
    List<Line> lines = new ArrayList<>();
    for (String backend : backends) {
      Contestant ours = Contestant.ours(backend, 1);
      Optional<String> missing = KernelBackends.missing(backend);
      lines.add(
          missing.isPresent()
              ? Line.absent(Line.JMH, subject, ours, missing.get())
              : timed(shape, subject, ours, backend));
    }
    return lines;
  }

  private Line timed(CaseShape shape, Subject subject, Contestant ours, String backend) {
    Map<String, String> parameters =
        new LinkedHashMap<>(CaseParameters.of(shape, settings.threads()));
    parameters.put("side", backend);
    return Lines.of(subject, ours, forks.calls(PlanTime.class, parameters), Work.NONE);
  }
}
