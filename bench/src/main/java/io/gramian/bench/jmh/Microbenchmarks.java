package io.gramian.bench.jmh;

import io.gramian.bench.Job;
import io.gramian.bench.Settings;
import io.gramian.bench.cases.OpCases;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** All microbenchmarks. */
public final class Microbenchmarks {
  /** Name of the file that takes what JMH says. */
  public static final String LOG = "jmh.log";

  private static final String RUNNER = "/org/openjdk/jmh/runner/Runner.class";

  private Microbenchmarks() {}

  /** What can be asked for. */
  public static List<String> names() {
    return Stream.concat(OpCases.names().stream(), Stream.of(PlanJobs.NAME, LaunchJobs.NAME))
        .toList();
  }

  /** Why there are none, or nothing. */
  public static Optional<String> missing() {
    return Microbenchmarks.class.getResource(RUNNER) != null
        ? Optional.empty()
        : Optional.of("the classes of JMH are not on the path");
  }

  /**
   * What the settings ask for.
   *
   * @param log file that takes what JMH says; its folder is made where it is missing
   */
  public static List<Job> jobs(Settings settings, Path log) {
    return jobs(
        settings, new Forks(settings.quick() ? Effort.QUICK : Effort.USUAL, new JmhLog(log)));
  }

  static List<Job> jobs(Settings settings, Forks forks) {
    List<Job> jobs = new ArrayList<>(new OpJobs(settings, forks).jobs());
    jobs.addAll(new PlanJobs(settings, forks.brief()).jobs());
    if (settings.wants(LaunchJobs.NAME)) {
      jobs.addAll(new LaunchJobs(settings, forks).jobs());
    }
    return jobs;
  }
}
