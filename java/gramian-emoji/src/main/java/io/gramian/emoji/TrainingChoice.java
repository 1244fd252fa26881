package io.gramian.emoji;

import io.gramian.cli.UserException;
import io.gramian.emoji.data.Modality;
import io.gramian.emoji.data.Split;
import io.gramian.emoji.losses.LossSpec;
import io.gramian.emoji.losses.Recipe;
import io.gramian.emoji.losses.TrainingOptions;
import io.gramian.emoji.training.Stages;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** The options that say what is trained. */
public final class TrainingChoice {
  private static final String TEST = "test";
  private static final String VALIDATION = "validation";

  @Option(names = "--epochs", defaultValue = "20", description = "Passes over the training emoji.")
  private int epochs;

  @Option(names = "--batch", defaultValue = "256", description = "Emoji per step.")
  private int batch;

  @Option(names = "--dim", defaultValue = "128", description = "Width of the shared space.")
  private int dimension;

  @Option(names = "--seed", defaultValue = "0", description = "Equal seeds give equal results.")
  private long seed;

  @Option(
      names = "--loss",
      paramLabel = "NAME",
      description =
          "gram, gram-authors, gha, clip, set-clip, wpse, symile, triangle, siglip, centroid, eigen"
              + " or principal, or a sum of them with weights, such as gram:1+clip:0.5, whose"
              + " tuples are scored by its first part; uniformity in a sum only; default: gram.")
  private String loss;

  @Option(
      names = "--modalities",
      paramLabel = "NAMES",
      split = ",",
      description =
          "Two or more of english, french, noto and twemoji, the anchor first; default: all, for"
              + " triangle english,french,noto.")
  private List<String> modalities = List.of();

  @Option(
      names = "--missing",
      paramLabel = "P",
      defaultValue = "0",
      description =
          "The probability that a training emoji lacks a member of its tuple, from 0 to 0.95; the"
              + " anchor and one member stay. For gram, gram-authors, gha, symile, centroid and"
              + " eigen.")
  private double missing;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      split = ",",
      description =
          "The temperature to start with, which all losses but set-clip then learn; for wpse and"
              + " siglip the inverse of their scale. For parts of a sum by name, such as"
              + " gram:0.07,clip:0.05; default: what did best on validation emoji.")
  private List<String> temperatures = List.of();

  @Option(
      names = "--split",
      paramLabel = "NAME",
      description =
          "What is held out and measured: test, or validation, a part of the training emoji by"
              + " which to choose parameters; default: test.")
  private String split;

  /** For picocli. */
  public TrainingChoice() {}

  /**
   * Takes the options that nobody gave from an earlier training.
   *
   * @param earlier its options as {@link #decisive} has them
   * @param given whether an option is on the command line
   * @return the epochs of the training, in more stages than the earlier one if it is to be longer
   * @throws IllegalArgumentException if a value cannot be
   */
  Stages recall(Map<String, String> earlier, Predicate<String> given) {
    String ends = earlier.get("--epochs");
    Stages stages = ends == null ? Stages.of(epochs) : Stages.parse(ends);
    earlier.forEach(
        (option, value) -> {
          if (!given.test(option)) {
            take(option, value);
          }
        });
    if (epochs > stages.epochs()) {
      return stages.prolonged(epochs);
    }
    // Fewer are refused, as another value of any option is.
    return epochs == stages.epochs() || epochs < 1 ? stages : Stages.of(epochs);
  }

  private void take(String option, String value) {
    switch (option) {
      case "--loss" -> loss = value;
      case "--modalities" -> modalities = List.of(value.split(","));
      case "--epochs" -> epochs = Stages.parse(value).epochs();
      case "--batch" -> batch = Integer.parseInt(value);
      case "--dim" -> dimension = Integer.parseInt(value);
      case "--seed" -> seed = Long.parseLong(value);
      case "--missing" -> missing = Double.parseDouble(value);
      case "--temperature" ->
          temperatures = value.isEmpty() ? List.of() : List.of(value.split(","));
      case "--split" -> split = value;
      default -> throw new IllegalArgumentException(option);
    }
  }

  int epochs() {
    return epochs;
  }

  /** The loss that was asked for, or null. */
  String lossText() {
    return loss;
  }

  /** The loss to train. */
  public LossSpec loss() {
    LossSpec spec = loss == null ? LossSpec.of(Recipe.GRAM) : LossSpec.parse(loss);
    return TemperatureOption.apply(spec, temperatures);
  }

  boolean choosesTemperature() {
    return !temperatures.isEmpty();
  }

  boolean choosesModalities() {
    return !modalities.isEmpty();
  }

  boolean hasMissing() {
    return missing != 0;
  }

  /** The division of the emoji. */
  public Split split(int size) {
    return switch (splitName()) {
      case TEST -> Split.standard(size);
      case VALIDATION -> Split.validation(size);
      default -> throw new UserException("--split takes test or validation, got '" + split + "'");
    };
  }

  private String splitName() {
    return split == null ? TEST : split;
  }

  /** Makes the validation emoji those that are measured. */
  void useValidation(String option) {
    if (split != null && !split.equals(VALIDATION)) {
      throw new UserException(option + " measures on --split validation, not on " + split);
    }
    split = VALIDATION;
  }

  /** The checked options for a loss. */
  public TrainingOptions options(LossSpec spec, Split division) {
    requireRange("--epochs", epochs, 1, 10_000);
    requireRange("--batch", batch, 2, division.train().length);
    requireRange("--dim", dimension, 1, 4096);
    if (!(missing >= 0 && missing <= 0.95)) {
      throw new UserException("--missing must be from 0 to 0.95, got " + missing);
    }
    TrainingOptions options =
        new TrainingOptions(
            choosesModalities() ? chosenModalities() : spec.defaultModalities(),
            epochs,
            batch,
            dimension,
            seed,
            missing);
    spec.check(options);
    return options;
  }

  /** All that decides what a training in one stage comes to, by option. */
  public Map<String, String> decisive(LossSpec spec, TrainingOptions options) {
    return decisive(spec, options, Stages.of(options.epochs()));
  }

  /** All that decides what a training comes to, by option. */
  Map<String, String> decisive(LossSpec spec, TrainingOptions options, Stages stages) {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("--loss", spec.key());
    texts.put(
        "--modalities",
        options.modalities().stream().map(Modality::key).collect(Collectors.joining(",")));
    texts.put("--epochs", stages.text());
    texts.put("--batch", Integer.toString(options.batch()));
    texts.put("--dim", Integer.toString(options.dimension()));
    texts.put("--seed", Long.toString(options.seed()));
    texts.put("--missing", Double.toString(options.missing()));
    texts.put(
        "--temperature",
        spec.temperatures(options).entrySet().stream()
            .map(part -> part.getKey() + ":" + part.getValue())
            .collect(Collectors.joining(",")));
    texts.put("--split", splitName());
    return texts;
  }

  private List<Modality> chosenModalities() {
    List<Modality> chosen;
    try {
      chosen = modalities.stream().map(Modality::of).toList();
    } catch (IllegalArgumentException e) {
      throw new UserException(e.getMessage(), e);
    }
    if (chosen.size() < 2 || EnumSet.copyOf(chosen).size() < chosen.size()) {
      throw new UserException(
          "--modalities takes two or more different ones, got " + String.join(",", modalities));
    }
    return chosen;
  }

  static void requireRange(String option, int value, int low, int high) {
    if (value < low || value > high) {
      throw new UserException(option + " must be from " + low + " to " + high + ", got " + value);
    }
  }
}
