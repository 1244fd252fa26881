package io.gramian.emoji.heads;

import java.util.Map;

/** Values that an optimiser moves against their gradient. */
public interface Trained {
  /**
   * Moves the values and forgets the gradient.
   *
   * @param step what is the same for all values
   */
  void move(AdamW.Step step);

  /**
   * Takes note of a step that was made before {@link #save}.
   *
   * @param step one of those before the present, in order
   */
  default void remember(AdamW.Step step) {}

  /**
   * All that a later continuation needs, by name; the steps so far come by {@link #remember}.
   *
   * @return copies
   */
  Map<String, float[]> save();

  /**
   * Takes up where {@link #save} left off.
   *
   * @param state what save gave
   * @throws IllegalArgumentException if an array is missing or has another length
   */
  void restore(Map<String, float[]> state);

  /**
   * One array of a saved state.
   *
   * @param state by name
   * @param name of the array
   * @param length that it must have
   * @return the array
   * @throws IllegalArgumentException if it is missing or has another length
   */
  static float[] saved(Map<String, float[]> state, String name, int length) {
    float[] array = state.get(name);
    if (array == null || array.length != length) {
      throw new IllegalArgumentException(
          "'"
              + name
              + "' should have "
              + length
              + " numbers, has "
              + (array == null ? "none" : array.length));
    }
    return array;
  }
}
