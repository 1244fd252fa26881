package io.gramian.tests;

import io.gramian.DType;
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

  EdgesTest() {
    super(Path.of("src/test/resources/edges"));
  }

  @Override
  boolean holds(Device device, String file) {
    return device.resultType() != DType.F64 || !WITHOUT_OUTPUTS.contains(file);
  }
}
