package io.gramian.cpu.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Cosines and sines against those of the JDK, at angles of all sizes. */
class CosinesTest {
  @ParameterizedTest
  @ValueSource(doubles = {1e-3, 1, 10, 1_000, 11_000, 1e7})
  void equalThoseOfTheJdk(double largest) {
    int count = 1_000;
    Random random = new Random(2);
    float[] angles = new float[count];
    float[] phases = new float[count];
    for (int i = 0; i < count; i++) {
      angles[i] = (float) ((2 * random.nextDouble() - 1) * largest);
      phases[i] = random.nextFloat();
    }
    float[] cosines = new float[count];
    float[] both = new float[count];
    float[] sines = angles.clone();
    Cosines.cosines(angles.clone(), 0, phases, cosines, 0, count);
    Cosines.cosinesAndSines(sines, 0, phases, both, 0, count);
    assertThat(both).isEqualTo(cosines);
    for (int i = 0; i < count; i++) {
      double sum = angles[i] + phases[i];
      assertThat((double) cosines[i]).as("cos %s", sum).isCloseTo(Math.cos(sum), within(2e-7));
      assertThat((double) sines[i]).as("sin %s", sum).isCloseTo(Math.sin(sum), within(2e-7));
    }
  }
}
