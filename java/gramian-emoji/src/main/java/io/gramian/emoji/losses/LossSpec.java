package io.gramian.emoji.losses;

import io.gramian.Device;
import io.gramian.GramianException;
import io.gramian.cli.UserException;
import io.gramian.emoji.data.Modality;
import io.gramian.op.Op;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What to minimise: one loss, or a sum of several with weights, as {@code gram:1+clip:0.5}.
 *
 * @param parts one or more, each recipe once
 */
public record LossSpec(List<Part> parts) {
  /**
   * A term of the sum.
   *
   * @param recipe the loss
   * @param weight its factor, above 0
   * @param chosen the temperature to start with; empty for the recipe's
   */
  public record Part(Recipe recipe, double weight, OptionalDouble chosen) {
    public Part(Recipe recipe, double weight) {
      this(recipe, weight, OptionalDouble.empty());
    }

    /** The temperature to start with. */
    double temperature(TrainingOptions options) {
      return chosen.orElseGet(() -> recipe.temperature(options));
    }

    /** The same with another temperature. */
    public Part withTemperature(double temperature) {
      return new Part(recipe, weight, OptionalDouble.of(temperature));
    }

    @Override
    public String toString() {
      return weight == 1 ? recipe.key() : recipe.key() + ":" + number(weight);
    }
  }

  public LossSpec {
    parts = List.copyOf(parts);
  }

  /** One loss alone. */
  public static LossSpec of(Recipe recipe) {
    return new LossSpec(List.of(new Part(recipe, 1)));
  }

  /**
   * Reads a loss or a sum.
   *
   * @param text {@code NAME[:WEIGHT][+NAME[:WEIGHT]...]}
   * @throws UserException if it is malformed, in one line
   */
  public static LossSpec parse(String text) {
    List<Part> parts = new ArrayList<>();
    Set<Recipe> seen = EnumSet.noneOf(Recipe.class);
    for (String term : text.split("\\+", -1)) {
      String[] halves = term.split(":", 2);
      Recipe recipe = recipe(halves[0].strip());
      if (!seen.add(recipe)) {
        throw new UserException("--loss " + text + " names " + recipe.key() + " twice");
      }
      parts.add(new Part(recipe, halves.length == 1 ? 1 : weight(text, halves[1].strip())));
    }
    return new LossSpec(parts);
  }

  private static Recipe recipe(String name) {
    try {
      return Recipe.of(name);
    } catch (IllegalArgumentException e) {
      throw new UserException(e.getMessage(), e);
    }
  }

  private static double weight(String text, String number) {
    double weight;
    try {
      weight = Double.parseDouble(number);
    } catch (NumberFormatException e) {
      throw new UserException("--loss " + text + ": the weight '" + number + "' is no number", e);
    }
    if (!(weight > 0) || weight > 1e6) {
      throw new UserException(
          "--loss " + text + ": a weight must be above 0 and at most 1e6, got " + number);
    }
    return weight;
  }

  private static String number(double weight) {
    return weight == Math.rint(weight) && weight < 1e6
        ? String.format(Locale.ROOT, "%.0f", weight)
        : Double.toString(weight);
  }

  /** The name on the command line. */
  public String key() {
    return parts.stream().map(Part::toString).collect(Collectors.joining("+"));
  }

  /** The name for people. */
  public String title() {
    return parts.size() == 1 ? only().recipe().title() : key() + ": a weighted sum of losses";
  }

  public boolean isSum() {
    return parts.size() > 1;
  }

  /** The one part of what is no sum. */
  private Part only() {
    return parts.getFirst();
  }

  /** The temperatures to start with, by part. */
  public Map<String, Double> temperatures(TrainingOptions options) {
    Map<String, Double> temperatures = new LinkedHashMap<>();
    parts.forEach(part -> temperatures.put(part.recipe().key(), part.temperature(options)));
    return temperatures;
  }

  /** What people should know of the temperatures. */
  public String temperatureNote(TrainingOptions options) {
    return parts.stream()
        .map(
            part ->
                String.format(
                    Locale.ROOT,
                    "temperature%s %.3g%s",
                    isSum() ? " of " + part.recipe().key() : "",
                    part.temperature(options),
                    part.recipe().learnsTemperature() ? " at first, learned" : ", fixed"))
        .collect(Collectors.joining("; "));
  }

  /** The ops that the losses and their scores run. */
  public List<Class<? extends Op>> ops() {
    List<Class<? extends Op>> ops = new ArrayList<>();
    parts.forEach(part -> ops.addAll(part.recipe().ops()));
    return ops;
  }

  /** The modalities to train where none are asked for: those of the part that takes fewest. */
  public List<Modality> defaultModalities() {
    return parts.stream()
        .map(part -> part.recipe().defaultModalities())
        .min(Comparator.comparingInt(List::size))
        .orElseThrow();
  }

  /** Refuses options that a part does not take, and a loss that aligns nothing. */
  public void check(TrainingOptions options) {
    if (parts.stream().noneMatch(part -> part.recipe().standsAlone())) {
      throw new UserException(
          "--loss "
              + key()
              + " aligns nothing by itself; add it to one that does, for instance gram+"
              + only().recipe().key());
    }
    parts.forEach(part -> part.recipe().check(options));
  }

  /**
   * Prepares the loss for batches of one size.
   *
   * @param device where to compute
   * @param options modalities, batch, dimension, missing and seed count
   * @return the loss; close it after use
   * @throws GramianException if the device lacks an op
   * @throws UserException if a part does not take these options, or none stands alone
   */
  public AlignmentLoss open(Device device, TrainingOptions options) {
    check(options);
    return isSum()
        ? new WeightedSum(this, device, options)
        : only().recipe().prepare(device, options, only().temperature(options));
  }
}
