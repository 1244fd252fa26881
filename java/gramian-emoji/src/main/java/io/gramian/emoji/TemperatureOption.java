package io.gramian.emoji;

import io.gramian.cli.UserException;
import io.gramian.emoji.losses.LossSpec;
import io.gramian.emoji.losses.Recipe;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Reads {@code --temperature}: a number for one loss, {@code NAME:NUMBER} for parts of a sum. */
final class TemperatureOption {
  private static final double LEAST = 1e-6;
  private static final double MOST = 100;

  private TemperatureOption() {}

  /**
   * The loss with the temperatures that were asked for.
   *
   * @param loss one loss or a sum
   * @param texts what the option was given, separated at commas
   * @throws UserException in one line, if a text is malformed, out of range or for no part
   */
  static LossSpec apply(LossSpec loss, List<String> texts) {
    Map<Recipe, Double> chosen = new EnumMap<>(Recipe.class);
    for (String text : texts) {
      Recipe recipe = part(loss, text);
      if (chosen.put(recipe, number(text.substring(text.indexOf(':') + 1).strip())) != null) {
        throw new UserException(
            "--temperature " + String.join(",", texts) + " names " + recipe.key() + " twice");
      }
    }
    List<LossSpec.Part> parts = new ArrayList<>();
    for (LossSpec.Part part : loss.parts()) {
      Double temperature = chosen.get(part.recipe());
      parts.add(temperature == null ? part : part.withTemperature(temperature));
    }
    return new LossSpec(parts);
  }

  private static Recipe part(LossSpec loss, String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      if (loss.isSum()) {
        throw new UserException(
            "--temperature "
                + text
                + " could be of any part of --loss "
                + loss.key()
                + "; name one, for instance "
                + loss.parts().getFirst().recipe().key()
                + ":"
                + text);
      }
      return loss.parts().getFirst().recipe();
    }
    String name = text.substring(0, colon).strip();
    return loss.parts().stream()
        .map(LossSpec.Part::recipe)
        .filter(recipe -> recipe.key().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new UserException(
                    "--temperature " + text + ": --loss " + loss.key() + " has no part " + name));
  }

  private static double number(String text) {
    double value;
    try {
      value = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new UserException("--temperature takes numbers, got '" + text + "'", e);
    }
    if (!(value >= LEAST && value <= MOST)) {
      throw new UserException(
          "--temperature must be above 0, from " + LEAST + " to " + MOST + ", got " + text);
    }
    return value;
  }
}
