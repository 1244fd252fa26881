package io.gramian.tests.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.gramian.DType;
import io.gramian.cli.profile.KernelProfile;
import io.gramian.cli.profile.Profile;
import io.gramian.cli.profile.Target;
import io.gramian.op.Ops;
import io.gramian.tests.Backends;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Uniformity goes through each pair of a set once: of T x T tiles it multiplies T (T + 1) / 2,
 * where a term of mmd within a set multiplies all.
 */
class UniformityCountsTest {
  private static final long TILES = 8;
  private static final Map<String, Long> SHAPE = Map.of("B", 128 * TILES, "d", 64L);

  /** Terms of mmd: within each set, and between them. */
  private static final long TERMS = 3;

  @Test
  void multipliesHalfOfTheTiles() {
    assumeThat(Backends.available()).as("the emulated device").contains("emulated");
    Map<String, Long> uniformity = tensorOperations("uniformity");
    Map<String, Long> mmd = tensorOperations("mmd");
    long scores = mmd.get("distance_bf16_n1_mixture_weigh") / TERMS;
    long gradient = mmd.get("pair_gradient_of_anchors") / TERMS;
    assertThat(scores).isPositive();
    assertThat(gradient).isPositive();
    assertHalf(uniformity.get("distance_bf16_n1_uniformity_forward"), scores);
    assertHalf(uniformity.get("distance_bf16_n1_uniformity_weigh"), scores);
    assertHalf(uniformity.get("pair_mirrored_gradient_of_anchors"), gradient);
    assertHalf(uniformity.get("pair_mirrored_gradient_of_tuples"), gradient);
  }

  private static void assertHalf(long part, long whole) {
    assertThat(part * 2 * TILES).isEqualTo(whole * (TILES + 1));
  }

  private static Map<String, Long> tensorOperations(String op) {
    Map<String, Long> counts = new LinkedHashMap<>();
    Map<String, Long> shape = new LinkedHashMap<>(SHAPE);
    for (KernelProfile kernel :
        Profile.of(Ops.of(op, Map.of()), shape, DType.BF16, Target.SM_80).kernels()) {
      counts.put(kernel.kernel(), kernel.counts().get("tensor"));
    }
    return counts;
  }
}
