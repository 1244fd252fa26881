package io.gramian.emoji.data;

import io.gramian.emoji.heads.Features;
import java.util.Arrays;
import java.util.function.Function;

/** The four modalities of the emoji data set. */
public enum Modality {
  /** English label and keywords. */
  ENGLISH("english", "English words") {
    @Override
    public Features features(EmojiSet set, Split split) {
      return words(set, split, e -> e.english() + " " + e.englishTags());
    }
  },
  /** French label and keywords. */
  FRENCH("french", "French words") {
    @Override
    public Features features(EmojiSet set, Split split) {
      return words(set, split, e -> e.french() + " " + e.frenchTags());
    }
  },
  /** Pictures by Google. */
  NOTO("noto", "Noto pictures") {
    @Override
    public Features features(EmojiSet set, Split split) {
      return pictures(set, split, set.noto(), Emoji::noto);
    }
  },
  /** Pictures by Twitter. */
  TWEMOJI("twemoji", "Twemoji pictures") {
    @Override
    public Features features(EmojiSet set, Split split) {
      return pictures(set, split, set.twemoji(), Emoji::twemoji);
    }
  };

  private final String key;
  private final String title;

  Modality(String key, String title) {
    this.key = key;
    this.title = title;
  }

  /**
   * The name on the command line and in files.
   *
   * @return lower case
   */
  public String key() {
    return key;
  }

  /**
   * The name for people.
   *
   * @return a title
   */
  public String title() {
    return title;
  }

  /**
   * Whether it shows what the others say.
   *
   * @return true for pictures, false for words
   */
  public boolean isPicture() {
    return this == NOTO || this == TWEMOJI;
  }

  /**
   * The inputs of a head, a row per emoji. Statistics that scale them come from the training part
   * only.
   *
   * @param set the data
   * @param split which emoji are trained on
   * @return the features of all emoji in the order of the set
   */
  public abstract Features features(EmojiSet set, Split split);

  /**
   * The modality of a name.
   *
   * @param key as {@link #key()}
   * @return the modality
   * @throws IllegalArgumentException if there is none; the message lists them
   */
  public static Modality of(String key) {
    return Arrays.stream(values())
        .filter(m -> m.key.equals(key))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown modality '"
                        + key
                        + "'; there are "
                        + String.join(", ", Arrays.stream(values()).map(Modality::key).toList())));
  }

  private static Features words(EmojiSet set, Split split, Function<Emoji, String> words) {
    return WordFeatures.of(set.emoji().stream().map(words).toList(), split.train());
  }

  private static Features pictures(
      EmojiSet set, Split split, SpriteSheet sheet, Function<Emoji, Emoji.Cell> cell) {
    return PictureFeatures.of(
        set.emoji().stream().map(cell).map(sheet::pixels).toList(), split.train());
  }
}
