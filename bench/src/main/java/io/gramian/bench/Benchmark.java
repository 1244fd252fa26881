package io.gramian.bench;

import io.gramian.Device;
import io.gramian.bench.report.Measurement;
import java.util.function.Consumer;

/** Measures an op at the sizes of the settings. */
public interface Benchmark {
  /**
   * Checks that the results are right, then measures.
   *
   * @param device the opened backend of the settings
   * @param report takes each measurement as soon as it is there
   * @throws DisagreementException if results differ from what they must be
   */
  void run(Device device, Settings settings, Consumer<Measurement> report);
}
