package io.gramian.cli.train;

import io.gramian.cli.emoji.Modality;
import java.util.List;

/**
 * What can be set about a training.
 *
 * @param modalities two or more, the anchor first
 * @param epochs passes over the training samples
 * @param batch samples per step
 * @param dimension the width of the shared space
 * @param seed the source of initial weights, order and dropout
 */
public record TrainingOptions(
    List<Modality> modalities, int epochs, int batch, int dimension, long seed) {

  /**
   * The modality that is held against tuples of the others.
   *
   * @return the first
   */
  public Modality anchor() {
    return modalities.getFirst();
  }

  /**
   * The members of a tuple.
   *
   * @return all but the first
   */
  public List<Modality> others() {
    return modalities.subList(1, modalities.size());
  }
}
