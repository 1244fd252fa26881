package io.gramian.emoji.data;

import io.gramian.emoji.heads.Features;
import java.util.EnumMap;
import java.util.Map;

/** The emoji, divided, with their features, which are computed once for many trainings. */
public final class TrainingData {
  private final EmojiSet set;
  private final Split split;
  private final Map<Modality, Features> features = new EnumMap<>(Modality.class);

  /**
   * @param set all emoji
   * @param split which are trained on
   */
  public TrainingData(EmojiSet set, Split split) {
    this.set = set;
    this.split = split;
  }

  /**
   * All emoji.
   *
   * @return the set
   */
  public EmojiSet set() {
    return set;
  }

  /**
   * Which emoji are trained on and which are held out.
   *
   * @return the division
   */
  public Split split() {
    return split;
  }

  /**
   * The inputs of a head.
   *
   * @param modality of the head
   * @return a row for each emoji of the set
   */
  public Features features(Modality modality) {
    return features.computeIfAbsent(modality, m -> m.features(set, split));
  }
}
