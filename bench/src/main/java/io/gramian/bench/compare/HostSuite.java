package io.gramian.bench.compare;

import io.gramian.Device;
import io.gramian.bench.Job;
import io.gramian.bench.Settings;
import io.gramian.bench.peers.Peers;
import io.gramian.bench.report.Subject;
import io.gramian.bench.workload.Workloads;
import java.util.ArrayList;
import java.util.List;

/** Every op on a backend of the host, in turn with other libraries in the same process. */
public final class HostSuite {
  private HostSuite() {}

  /** What will be measured, in order; nothing runs yet. */
  public static List<Job> jobs(Device device, Settings settings, Peers peers) {
    List<Job> jobs = new ArrayList<>();
    for (Subject subject : Workloads.onHost(settings)) {
      Comparison comparison = new Comparison(device, settings, subject, peers.of(subject));
      String title = subject.title() + " " + subject.batch();
      jobs.add(new Job(title, comparison.seconds(), comparison::run));
    }
    return jobs;
  }
}
