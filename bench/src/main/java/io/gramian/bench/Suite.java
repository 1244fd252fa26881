package io.gramian.bench;

import io.gramian.Device;
import io.gramian.bench.cases.OpCases;
import io.gramian.bench.gpu.GpuBenchmark;
import io.gramian.bench.ops.OpBenchmark;
import java.util.List;
import java.util.stream.Stream;

/** All benchmarks. */
final class Suite {
  private static final List<Benchmark> ALL = List.of(new OpBenchmark(), new GpuBenchmark());

  private Suite() {}

  /** What can be asked for. */
  static List<String> names() {
    return Stream.concat(OpCases.names().stream(), GpuBenchmark.EXTRAS.stream()).toList();
  }

  /** What can be measured on a device, in order. */
  static List<Job> jobs(Device device, Settings settings) {
    return ALL.stream()
        .filter(benchmark -> benchmark.takes(device))
        .flatMap(benchmark -> benchmark.jobs(device, settings).stream())
        .toList();
  }
}
