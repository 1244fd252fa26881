package io.gramian.bench.gpu;

import io.gramian.Device;
import io.gramian.bench.Job;
import io.gramian.bench.Settings;
import io.gramian.bench.report.Line;
import io.gramian.bench.report.Subject;
import io.gramian.bench.workload.Workloads;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Every op on a GPU: ceilings first, then each op against them, then the largest batch. On the
 * emulated device sizes are tiny and times mean nothing; there it is the bench that is tried.
 */
public final class GpuSuite {
  private static final double CEILING_SECONDS = 5;
  private static final double CASE_SECONDS = 6;
  private static final double PEERS_SECONDS = 60;
  private static final double LARGEST_SECONDS = 90;

  private GpuSuite() {}

  /** What will be measured, in order; nothing runs yet. */
  public static List<Job> jobs(Device device, Settings settings) {
    boolean tiny = !device.backend().equals("cuda");
    DeviceClock.Effort effort =
        tiny
            ? DeviceClock.Effort.TRIAL
            : settings.quick() ? DeviceClock.Effort.QUICK : DeviceClock.Effort.GPU;
    Ceilings ceilings = new Ceilings(device, tiny);
    // Ended with this process: it waits for questions that no longer come.
    PythonPeers peers = new PythonPeers(tiny ? "cpu" : "cuda");
    List<Job> jobs = new ArrayList<>();
    for (Subject subject : Workloads.onDevice(settings, tiny)) {
      GpuComparison comparison = new GpuComparison(device, settings, ceilings, peers, subject);
      double seconds = settings.peers() ? PEERS_SECONDS : CASE_SECONDS;
      String title = subject.title() + " " + subject.dtype() + " " + subject.batch();
      jobs.add(job(title, seconds, device, effort, comparison::run));
    }
    if (settings.wants("contrastive") && settings.batches().isEmpty() && !settings.quick()) {
      LargestBatch largest = new LargestBatch(device, ceilings, tiny);
      jobs.add(job(LargestBatch.VARIANT, LARGEST_SECONDS, device, effort, largest::run));
    }
    if (!jobs.isEmpty()) {
      jobs.addFirst(job("matrix product", CEILING_SECONDS, device, effort, ceilings::product));
      jobs.addFirst(job("device copy", CEILING_SECONDS, device, effort, ceilings::copy));
    }
    return jobs;
  }

  private static Job job(
      String title,
      double seconds,
      Device device,
      DeviceClock.Effort effort,
      Function<DeviceClock, List<Line>> work) {
    return new Job(
        title,
        seconds,
        () -> {
          try (DeviceClock clock = new DeviceClock(device, effort)) {
            List<Line> lines = work.apply(clock);
            return effort == DeviceClock.Effort.TRIAL
                ? lines.stream().map(line -> line.note("emulated: the time means nothing")).toList()
                : lines;
          }
        });
  }
}
