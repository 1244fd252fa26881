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

/**
 * Plans of every op at a small size.
 *
 * @param settings how to measure
 * @param forks runs it
 */
record PlanJobs(Settings settings, Forks forks) {
  /** What can be asked for. */
  static final String NAME = "plan";

  /** What will be measured. */
  List<Job> jobs() {
    List<String> backends = new ArrayList<>(List.of(settings.backend()));
    backends.addAll(KernelBackends.names());
    List<Job> jobs = new ArrayList<>();
    for (CaseShape shape : Shapes.small()) {
      jobs.add(
          new Job(
              NAME + " " + shape.subject().title(),
              backends.size() * forks.effort().callSeconds(),
              () -> run(shape, backends)));
    }
    return jobs;
  }

  private List<Line> run(CaseShape shape, List<String> backends) {
    Subject subject =
        new Subject(
            NAME,
            shape.subject().title(),
            shape.pass(),
            shape.batch(),
            shape.modalities(),
            shape.dimension(),
            shape.subject().dtype());
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
