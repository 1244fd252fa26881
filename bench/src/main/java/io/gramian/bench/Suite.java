package io.gramian.bench;

import io.gramian.Device;
import io.gramian.bench.ops.OpBenchmark;
import java.util.List;

/** All benchmarks. */
final class Suite {
  private static final List<Benchmark> ALL = List.of(new OpBenchmark());

  private Suite() {}

  /** What can be measured on a device, in order. */
  static List<Job> jobs(Device device, Settings settings) {
    return ALL.stream()
        .filter(benchmark -> benchmark.takes(device))
        .flatMap(benchmark -> benchmark.jobs(device, settings).stream())
        .toList();
  }
}
