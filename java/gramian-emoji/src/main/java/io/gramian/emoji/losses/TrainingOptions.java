package io.gramian.emoji.losses;

import io.gramian.emoji.data.Modality;
import java.util.List;

/**
 * What can be set about a training.
 *
 * @param modalities two or more, the anchor first
 * @param epochs passes over the training samples
 * @param batch samples per step
 * @param dimension the width of the shared space
 * @param seed the source of initial weights, order, dropout and what is missing
 * @param missing the probability that a sample lacks a member of its tuple, 0 for none
 */
public record TrainingOptions(
    List<Modality> modalities, int epochs, int batch, int dimension, long seed, double missing) {

  /** Options of a training where nothing is missing. */
  public TrainingOptions(
      List<Modality> modalities, int epochs, int batch, int dimension, long seed) {
    this(modalities, epochs, batch, dimension, seed, 0);
  }

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
