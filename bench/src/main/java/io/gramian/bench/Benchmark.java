package io.gramian.bench;

import io.gramian.Device;
import java.util.List;

/** Something that can be measured on a device. */
public interface Benchmark {
  /** Whether it measures this device. */
  boolean takes(Device device);

  /**
   * What it will measure, in order; nothing runs yet.
   *
   * @param device the opened backend of the settings
   */
  List<Job> jobs(Device device, Settings settings);
}
