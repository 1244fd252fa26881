package io.gramian.bench.ops;

import io.gramian.Device;
import io.gramian.bench.Benchmark;
import io.gramian.bench.Job;
import io.gramian.bench.Settings;
import io.gramian.bench.cases.CaseShape;
import java.util.ArrayList;
import java.util.List;

/** Every op on a backend of the host, in turn with other libraries in the same process. */
public final class OpBenchmark implements Benchmark {
  @Override
  public boolean takes(Device device) {
    return device.place().isHost();
  }

  @Override
  public List<Job> jobs(Device device, Settings settings) {
    List<Job> jobs = new ArrayList<>();
    for (CaseShape shape : Shapes.of(settings)) {
      Comparison comparison = new Comparison(device, settings, shape);
      jobs.add(new Job(title(shape), comparison.seconds(), comparison::run));
    }
    return jobs;
  }

  private static String title(CaseShape shape) {
    return shape.subject().title() + " " + shape.batch();
  }
}
