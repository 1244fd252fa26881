package io.gramian.emoji.losses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gramian.Device;
import io.gramian.emoji.data.Modality;
import io.gramian.emoji.heads.Matrix;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ContrastiveLossTest {
  private static final int BATCH = 9;
  private static final int DIMENSION = 12;

  @Test
  void gramEqualsTheFormula() {
    List<Matrix> embeddings = embeddings(4);
    try (Device device = Device.open("reference");
        AlignmentLoss loss =
            Recipe.GRAM.open(
                device, new TrainingOptions(List.of(Modality.values()), 1, BATCH, DIMENSION, 0));
        AlignmentLoss plain = new PlainGramLoss()) {
      AlignmentLoss.Gradients actual = loss.evaluate(embeddings, Map.of("temperature", 0.3));
      AlignmentLoss.Gradients expected = plain.evaluate(embeddings, Map.of("temperature", 0.3));
      assertThat(actual.loss()).isCloseTo(expected.loss(), within(1e-6));
      assertThat(actual.scalars().get("temperature"))
          .isCloseTo(expected.scalars().get("temperature"), within(1e-5));
      for (int m = 0; m < 4; m++) {
        assertClose(actual.embeddings().get(m), expected.embeddings().get(m));
      }
      assertClose(loss.scores(embeddings), plain.scores(embeddings));
    }
  }

  @Test
  void learnedScalarsStayInBounds() {
    LearnedScalar temperature = new LearnedScalar("temperature", 0.07, 0.01, 1);
    assertThat(temperature.decode(temperature.encode(0.07))).isCloseTo(0.07, within(1e-12));
    assertThat(temperature.decode(5)).isEqualTo(1);
    assertThat(temperature.encodeGradient(0.5, 3)).isEqualTo(1.5);
    LearnedScalar bias = new LearnedScalar("bias", -10, -100, 100);
    assertThat(bias.decode(-7)).isEqualTo(-7);
    assertThat(bias.encodeGradient(-7, 3)).isEqualTo(3);
  }

  private static List<Matrix> embeddings(int modalities) {
    Random random = new Random(4);
    List<Matrix> embeddings = new ArrayList<>();
    for (int m = 0; m < modalities; m++) {
      embeddings.add(Matrix.gaussian(BATCH, DIMENSION, 1, random));
    }
    return embeddings;
  }

  private static void assertClose(Matrix actual, Matrix expected) {
    float[] a = actual.toFlat();
    float[] e = expected.toFlat();
    for (int i = 0; i < a.length; i++) {
      assertThat((double) a[i]).isCloseTo(e[i], within(1e-5));
    }
  }
}
