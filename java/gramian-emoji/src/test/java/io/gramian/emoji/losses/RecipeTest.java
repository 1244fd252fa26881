package io.gramian.emoji.losses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gramian.Device;
import io.gramian.cli.UserException;
import io.gramian.emoji.data.Modality;
import io.gramian.emoji.heads.AdamW;
import io.gramian.emoji.heads.Matrix;
import io.gramian.emoji.heads.Parameter;
import io.gramian.emoji.measure.Recall;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RecipeTest {
  private static final int BATCH = 12;
  private static final int DIMENSION = 16;

  @ParameterizedTest
  @EnumSource(
      value = Recipe.class,
      names = {"GRAM_AUTHORS", "UNIFORMITY"},
      mode = EnumSource.Mode.EXCLUDE)
  void gradientsMatchFiniteDifferences(Recipe recipe) {
    assertGradientsMatchFiniteDifferences(LossSpec.of(recipe));
  }

  @Test
  void gradientsOfASumWithUniformityMatchFiniteDifferences() {
    assertGradientsMatchFiniteDifferences(LossSpec.parse("gram+uniformity"));
  }

  private static void assertGradientsMatchFiniteDifferences(LossSpec spec) {
    TrainingOptions options = options(spec.defaultModalities());
    List<Matrix> embeddings = embeddings(options.modalities().size());
    try (Device device = Device.open("reference");
        AlignmentLoss loss = spec.open(device, options)) {
      Map<String, Double> scalars = starts(loss);
      AlignmentLoss.Gradients gradients = loss.evaluate(embeddings, scalars);
      for (int m = 0; m < embeddings.size(); m++) {
        Matrix gradient = gradients.embeddings().get(m);
        double length = length(gradient);
        assertThat(length).isGreaterThan(1e-3);
        double step = 1e-2;
        double above = lossAlong(loss, embeddings, m, step / length, gradient, scalars);
        double below = lossAlong(loss, embeddings, m, -step / length, gradient, scalars);
        assertThat((above - below) / (2 * step)).isCloseTo(length, within(0.01 * length));
      }
      for (LearnedScalar scalar : loss.scalars()) {
        double gradient = gradients.scalars().get(scalar.name());
        double step = 0.01 * scalar.start();
        double above = lossWith(loss, embeddings, scalars, scalar, step);
        double below = lossWith(loss, embeddings, scalars, scalar, -step);
        assertThat((above - below) / (2 * step))
            .isCloseTo(gradient, within(0.01 * Math.abs(gradient)));
      }
    }
  }

  private static double lossAlong(
      AlignmentLoss loss,
      List<Matrix> embeddings,
      int modality,
      double factor,
      Matrix direction,
      Map<String, Double> scalars) {
    List<Matrix> moved = new ArrayList<>(embeddings);
    moved.set(modality, copy(embeddings.get(modality)));
    moved.get(modality).addScaled((float) factor, direction);
    return loss.evaluate(moved, scalars).loss();
  }

  private static double lossWith(
      AlignmentLoss loss,
      List<Matrix> embeddings,
      Map<String, Double> scalars,
      LearnedScalar scalar,
      double step) {
    Map<String, Double> moved = new HashMap<>(scalars);
    moved.merge(scalar.name(), step, Double::sum);
    return loss.evaluate(embeddings, moved).loss();
  }

  @ParameterizedTest
  @EnumSource(value = Recipe.class, names = "UNIFORMITY", mode = EnumSource.Mode.EXCLUDE)
  void trainingLowersTheLossAndFindsTheOwnTuple(Recipe recipe) {
    TrainingOptions options = options(recipe.defaultModalities());
    List<Matrix> embeddings = embeddings(options.modalities().size());
    try (Device device = Device.open("reference");
        AlignmentLoss loss = recipe.open(device, options)) {
      List<Parameter> parameters =
          embeddings.stream().map(e -> new Parameter(e.toFlat(), false)).toList();
      AdamW optimiser = new AdamW(parameters, 0);
      Map<String, Double> scalars = starts(loss);
      double first = loss.evaluate(embeddings, scalars).loss();
      assertThat(Recall.of(loss.scores(embeddings)).at1()).isLessThan(0.5);
      for (int step = 0; step < 80; step++) {
        List<Matrix> gradients = loss.evaluate(embeddings, scalars).embeddings();
        for (int m = 0; m < parameters.size(); m++) {
          float[] gradient = gradients.get(m).toFlat();
          System.arraycopy(gradient, 0, parameters.get(m).gradient(), 0, gradient.length);
        }
        optimiser.step(0.05);
        embeddings = parameters.stream().map(p -> Matrix.ofFlat(p.value(), DIMENSION)).toList();
      }
      assertThat(loss.evaluate(embeddings, scalars).loss()).isLessThan(0.7 * first);
      // Set-CLIP is told the matches of half of the batch; free embeddings say nothing of the rest.
      // Of PMRL, samples may come to lie opposite each other, which eigenvalues do not tell apart.
      double learnable =
          switch (recipe) {
            case SET_CLIP -> 0.5;
            case PRINCIPAL -> 0.8;
            default -> 1;
          };
      assertThat(Recall.of(loss.scores(embeddings)).at1()).isGreaterThan(0.95 * learnable);
    }
  }

  @ParameterizedTest
  @EnumSource(value = Recipe.class, names = "UNIFORMITY", mode = EnumSource.Mode.EXCLUDE)
  void aTemperatureReachesTheLoss(Recipe recipe) {
    TrainingOptions options = options(recipe.defaultModalities());
    List<Matrix> embeddings = embeddings(options.modalities().size());
    LossSpec.Part part = new LossSpec.Part(recipe, 1);
    try (Device device = Device.open("reference");
        AlignmentLoss cold =
            new LossSpec(List.of(part.withTemperature(0.1))).open(device, options);
        AlignmentLoss warm = new LossSpec(List.of(part.withTemperature(5))).open(device, options)) {
      assertThat(cold.evaluate(embeddings, starts(cold)).loss())
          .isNotCloseTo(warm.evaluate(embeddings, starts(warm)).loss(), within(1e-3));
      assertThat(warm.scalars().isEmpty()).isEqualTo(!recipe.learnsTemperature());
      for (LearnedScalar scalar : warm.scalars()) {
        assertThat(scalar.decode(scalar.encode(scalar.start())))
            .isCloseTo(scalar.start(), within(1e-9));
      }
      LossSpec own = LossSpec.of(recipe);
      assertThat(own.temperatures(options).get(recipe.key()))
          .isEqualTo(recipe.temperatureFactor() * recipe.usualTemperature(options));
    }
  }

  @Test
  void theAuthorsOfGramLoseHalfOfTheGradient() {
    TrainingOptions options = options(List.of(Modality.values()));
    List<Matrix> embeddings = embeddings(4);
    try (Device device = Device.open("reference");
        AlignmentLoss whole = Recipe.GRAM.open(device, options);
        AlignmentLoss part = Recipe.GRAM_AUTHORS.open(device, options)) {
      AlignmentLoss.Gradients of = whole.evaluate(embeddings, Map.of("temperature", 0.3));
      AlignmentLoss.Gradients ofPart = part.evaluate(embeddings, Map.of("temperature", 0.3));
      assertThat(ofPart.loss()).isCloseTo(of.loss(), within(1e-6));
      assertThat(ofPart.scalars().get("temperature"))
          .isCloseTo(of.scalars().get("temperature"), within(1e-6));
      for (int m = 0; m < embeddings.size(); m++) {
        Matrix difference = copy(of.embeddings().get(m));
        difference.addScaled(-1, ofPart.embeddings().get(m));
        assertThat(length(difference)).isGreaterThan(0.1 * length(of.embeddings().get(m)));
      }
    }
  }

  @Test
  void uniformityAloneIsRefused() {
    try (Device device = Device.open("reference")) {
      assertThatThrownBy(() -> Recipe.UNIFORMITY.open(device, options(List.of(Modality.values()))))
          .isInstanceOf(UserException.class)
          .hasMessage(
              "--loss uniformity aligns nothing by itself; add it to one that does, for instance"
                  + " gram+uniformity");
    }
  }

  @Test
  void lossesThatTakeCertainModalitiesSaySo() {
    try (Device device = Device.open("reference")) {
      assertThatThrownBy(() -> Recipe.TRIANGLE.open(device, options(List.of(Modality.values()))))
          .isInstanceOf(UserException.class)
          .hasMessage(
              "--loss triangle takes 3 --modalities, for instance english,french,noto;"
                  + " got english,french,noto,twemoji");
      assertThatThrownBy(
              () ->
                  Recipe.SET_CLIP.open(
                      device, options(List.of(Modality.ENGLISH, Modality.NOTO, Modality.TWEMOJI))))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("takes 4 --modalities");
    }
  }

  @Test
  void setClipTakesTheViewsInAnyOrder() {
    List<Matrix> embeddings = embeddings(4);
    List<Modality> order =
        List.of(Modality.ENGLISH, Modality.FRENCH, Modality.NOTO, Modality.TWEMOJI);
    List<Modality> mixed =
        List.of(Modality.NOTO, Modality.ENGLISH, Modality.TWEMOJI, Modality.FRENCH);
    List<Matrix> mixedEmbeddings =
        mixed.stream().map(modality -> embeddings.get(order.indexOf(modality))).toList();
    try (Device device = Device.open("reference");
        AlignmentLoss inOrder = Recipe.SET_CLIP.open(device, options(order));
        AlignmentLoss inMixed = Recipe.SET_CLIP.open(device, options(mixed))) {
      AlignmentLoss.Gradients expected = inOrder.evaluate(embeddings, Map.of());
      AlignmentLoss.Gradients actual = inMixed.evaluate(mixedEmbeddings, Map.of());
      assertThat(actual.loss()).isEqualTo(expected.loss());
      for (Modality modality : order) {
        assertThat(actual.embeddings().get(mixed.indexOf(modality)).toFlat())
            .isEqualTo(expected.embeddings().get(order.indexOf(modality)).toFlat());
      }
    }
  }

  private static TrainingOptions options(List<Modality> modalities) {
    return new TrainingOptions(modalities, 1, BATCH, DIMENSION, 0);
  }

  private static Map<String, Double> starts(AlignmentLoss loss) {
    Map<String, Double> scalars = new HashMap<>();
    loss.scalars().forEach(scalar -> scalars.put(scalar.name(), scalar.start()));
    return scalars;
  }

  private static List<Matrix> embeddings(int modalities) {
    Random random = new Random(4);
    List<Matrix> embeddings = new ArrayList<>();
    for (int m = 0; m < modalities; m++) {
      embeddings.add(Matrix.gaussian(BATCH, DIMENSION, 0.5, random));
    }
    return embeddings;
  }

  private static Matrix copy(Matrix matrix) {
    return Matrix.ofFlat(matrix.toFlat(), matrix.columns());
  }

  private static double length(Matrix matrix) {
    double squares = 0;
    for (float value : matrix.toFlat()) {
      squares += (double) value * value;
    }
    return Math.sqrt(squares);
  }
}
