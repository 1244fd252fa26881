package io.gramian.tests;

import io.gramian.Device;
import java.nio.file.Path;
import java.util.Set;

/**
 * Small inputs at the edges of what numbers bear: lengths, logits and scalars far from 1, infinite
 * entries, long rows, sets that are collapsed, nearly equal or far apart. Outputs by hand or from
 * the definitions in 60 digits.
 */
final class EdgesTest extends CasesTest {
  /** The draws of a negative temperature have no outputs: backends are held to the reference. */
  private static final Set<String> WITHOUT_OUTPUTS =
      Set.of("temperature_negative_sample_negatives.npz");

  /** What the kernels do not hold yet: ranges and digits of float32 factors. */
  private static final Set<String> NOT_ON_CUDA =
      Set.of(
          "aligned_area_1e-3.npz",
          "collapsed_sets_3.npz",
          "constant_rows_1000.npz",
          "constant_rows_4000.npz",
          "far_apart_mmd_10000.npz",
          "infinite_anchor_jgcs.npz",
          "large_logits_clip_matched.npz",
          "large_logits_tau_1e-6.npz",
          "long_rows_3e19_cosine.npz",
          "long_rows_topk.npz",
          "near_equal_density_d128_n100_0.002.npz",
          "near_equal_mmd_d2_n100_0.0002.npz",
          "near_equal_mmd_d2_n32_0.002.npz",
          "near_equal_mmd_d512_n8_0.002.npz",
          "one_tiny_row_jgcs.npz",
          "raw_volume_k3_3e6.npz",
          "raw_volume_k5_1e-5.npz",
          "raw_volume_k8_600.npz",
          "temperature_1e39.npz",
          "temperature_negative.npz");

  EdgesTest() {
    super(Path.of("src/test/resources/edges"));
  }

  @Override
  boolean holds(Device device, String file) {
    return switch (device.backend()) {
      case "reference" -> !WITHOUT_OUTPUTS.contains(file);
      case "cpu" -> true;
      default -> !NOT_ON_CUDA.contains(file);
    };
  }
}
