package io.gramian.emoji.losses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gramian.Device;
import io.gramian.cli.UserException;
import io.gramian.emoji.data.Modality;
import io.gramian.emoji.heads.Matrix;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LossSpecTest {
  private static final int BATCH = 8;
  private static final int DIMENSION = 6;

  @ParameterizedTest
  @CsvSource({
    "gram,gram",
    "gram:1,gram",
    "gram+clip:0.5,gram+clip:0.5",
    "wpse:2.0 + gha : 0.25,wpse:2+gha:0.25"
  })
  void readsSums(String text, String key) {
    assertThat(LossSpec.parse(text).key()).isEqualTo(key);
    assertThat(LossSpec.parse(key)).isEqualTo(LossSpec.parse(text));
  }

  @ParameterizedTest
  @CsvSource({
    "gram+,unknown loss ''",
    "hinge:1,unknown loss 'hinge'",
    "gram+gram:2,names gram twice",
    "gram:much,the weight 'much' is no number",
    "gram:0,a weight must be above 0",
    "gram:-1,a weight must be above 0",
    "gram:NaN,a weight must be above 0",
    "gram:1e9,at most 1e6"
  })
  void refusesMalformedSums(String text, String complaint) {
    assertThatThrownBy(() -> LossSpec.parse(text))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(complaint)
        .hasMessageNotContaining("\n");
  }

  @Test
  void aSumTakesTheModalitiesOfItsNarrowestPart() {
    assertThat(LossSpec.parse("gram+triangle").defaultModalities())
        .isEqualTo(Recipe.TRIANGLE.defaultModalities());
    assertThat(LossSpec.parse("clip+gram").defaultModalities()).hasSize(4);
  }

  @Test
  void aSumIsTheWeightedSumOfItsParts() {
    TrainingOptions options =
        new TrainingOptions(List.of(Modality.values()), 1, BATCH, DIMENSION, 0);
    List<Matrix> embeddings = embeddings();
    try (Device device = Device.open("reference");
        AlignmentLoss sum = LossSpec.parse("gram:2+clip:0.5").open(device, options);
        AlignmentLoss gram = Recipe.GRAM.open(device, options);
        AlignmentLoss clip = Recipe.CLIP.open(device, options)) {
      assertThat(sum.scalars())
          .extracting(LearnedScalar::name)
          .containsExactly("gram.temperature", "clip.temperature");
      AlignmentLoss.Gradients of =
          sum.evaluate(embeddings, Map.of("gram.temperature", 0.3, "clip.temperature", 0.2));
      AlignmentLoss.Gradients ofGram = gram.evaluate(embeddings, Map.of("temperature", 0.3));
      AlignmentLoss.Gradients ofClip = clip.evaluate(embeddings, Map.of("temperature", 0.2));
      assertThat(of.loss()).isCloseTo(2 * ofGram.loss() + 0.5 * ofClip.loss(), within(1e-6));
      assertThat(of.scalars().get("gram.temperature"))
          .isEqualTo(2 * ofGram.scalars().get("temperature"));
      assertThat(of.scalars().get("clip.temperature"))
          .isEqualTo(0.5 * ofClip.scalars().get("temperature"));
      for (int m = 0; m < embeddings.size(); m++) {
        float[] actual = of.embeddings().get(m).toFlat();
        float[] first = ofGram.embeddings().get(m).toFlat();
        float[] second = ofClip.embeddings().get(m).toFlat();
        for (int i = 0; i < actual.length; i++) {
          assertThat((double) actual[i]).isCloseTo(2 * first[i] + 0.5 * second[i], within(1e-6));
        }
      }
      assertThat(sum.scores(embeddings).toFlat()).isEqualTo(gram.scores(embeddings).toFlat());
    }
  }

  @Test
  void setClipIsToldAllMatchesInASumAndHalfAlone() {
    TrainingOptions options =
        new TrainingOptions(List.of(Modality.values()), 1, BATCH, DIMENSION, 0);
    try (Device device = Device.open("reference");
        AlignmentLoss sum = LossSpec.parse("gram+set-clip").open(device, options);
        AlignmentLoss alone = LossSpec.parse("set-clip").open(device, options)) {
      assertThat(sum.matched(BATCH)).isEqualTo(BATCH);
      assertThat(alone.matched(BATCH)).isEqualTo(BATCH / 2);
    }
  }

  private static List<Matrix> embeddings() {
    Random random = new Random(4);
    List<Matrix> embeddings = new ArrayList<>();
    for (int m = 0; m < 4; m++) {
      embeddings.add(Matrix.gaussian(BATCH, DIMENSION, 1, random));
    }
    return embeddings;
  }
}
